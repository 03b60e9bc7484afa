/*
 * Remembers what a disk would hold after a loss of power: loaded before the C library (LD_PRELOAD),
 * it copies the bytes of a file aside when the file is synced, and the names in a folder when the
 * folder is synced. What is aside when the process is killed is what certainly survives.
 *
 * MUSHER_POWER_ROOT: only files below this folder.
 * MUSHER_POWER: folder for what is aside. What is below the root when it is first used counts as
 * synced. There are
 *   root         the id of the root
 *   names/ID     of a folder as it was synced, a line an entry: d or f, its id, its name
 *   bytes/ID     of a file as it was synced
 *   now/ID       names of all folders as they are, written where MUSHER_POWER_NOW is set
 * An id is the inode's number and its time of birth: numbers are given again, names change.
 * MUSHER_POWER_LIES: pattern of files whose sync is not done, though said to be.
 *
 * Bytes that are on their way in another thread while a file is copied may be counted as synced.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define ID 64
#define TRACKED 8192
#define LEFT_OUT "RESERVE"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Of files that this process wrote to: the first byte that is not synced. */
static struct {
    char id[ID];
    off_t dirty;
} tracked[TRACKED];

static const char *root(void) { return getenv("MUSHER_POWER_ROOT"); }

static int raw_open(const char *path, int flags, mode_t mode) {
    return (int) syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
}

static void raw_write(int fd, const char *bytes, size_t count, off_t at) {
    while (count > 0) {
        ssize_t n = syscall(SYS_pwrite64, fd, bytes, count, at);
        if (n <= 0) abort();
        bytes += n;
        count -= n;
        at += n;
    }
}

static void aside(char *out, const char *kind, const char *id) {
    snprintf(out, PATH_MAX, "%s/%s/%s", getenv("MUSHER_POWER"), kind, id);
}

static int id_at(int folder, const char *name, char *id, int *is_folder) {
    struct statx found;
    int flags = AT_SYMLINK_NOFOLLOW | (*name ? 0 : AT_EMPTY_PATH);
    if (statx(folder, name, flags, STATX_INO | STATX_BTIME | STATX_TYPE, &found)) return 0;
    snprintf(id, ID, "%llu-%lld-%u", (unsigned long long) found.stx_ino,
             (long long) found.stx_btime.tv_sec, found.stx_btime.tv_nsec);
    *is_folder = S_ISDIR(found.stx_mode);
    return *is_folder || S_ISREG(found.stx_mode);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n <= 0 || path[0] != '/') return 0;
    path[n] = 0;
    size_t len = strlen(root());
    return !strncmp(path, root(), len) && (path[len] == '/' || !path[len]);
}

static void replace(const char *kind, const char *id, const char *part) {
    char to[PATH_MAX];
    aside(to, kind, id);
    if (syscall(SYS_rename, part, to)) abort();
}

static void keep_names(const char *kind, const char *id, const char *path) {
    char part[PATH_MAX], child[ID], line[PATH_MAX];
    aside(part, kind, "part");
    int out = raw_open(part, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    DIR *folder = opendir(path);
    if (out < 0) abort();
    off_t at = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        int is_folder;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")
            || !strcmp(entry->d_name, LEFT_OUT)
            || !id_at(dirfd(folder), entry->d_name, child, &is_folder)) continue;
        int n = snprintf(line, sizeof line, "%c %s %s\n", is_folder ? 'd' : 'f', child,
                         entry->d_name);
        raw_write(out, line, n, at);
        at += n;
    }
    if (folder) closedir(folder);
    syscall(SYS_close, out);
    replace(kind, id, part);
}

static void copy(int from, int to, off_t at, off_t end) {
    static char buffer[1 << 16];
    while (at < end) {
        size_t want = end - at < (off_t) sizeof buffer ? end - at : sizeof buffer;
        ssize_t n = syscall(SYS_pread64, from, buffer, want, at);
        if (n <= 0) return;
        raw_write(to, buffer, n, at);
        at += n;
    }
}

/* From is the first byte to copy; what is before it is aside already. */
static void keep_bytes(const char *id, const char *path, off_t from, off_t size) {
    char to[PATH_MAX], part[PATH_MAX];
    struct stat there;
    int in = raw_open(path, O_RDONLY, 0);
    if (in < 0) return;
    aside(to, "bytes", id);
    if (from > 0 && !stat(to, &there) && there.st_size >= from && there.st_size <= size) {
        int out = raw_open(to, O_WRONLY, 0);
        if (out < 0) abort();
        copy(in, out, from, size);
        syscall(SYS_close, out);
    } else {
        aside(part, "bytes", "part");
        int out = raw_open(part, O_CREAT | O_TRUNC | O_WRONLY, 0600);
        if (out < 0) abort();
        copy(in, out, 0, size);
        syscall(SYS_close, out);
        replace("bytes", id, part);
    }
    syscall(SYS_close, in);
}

static void walk(const char *kind, const char *path) {
    char id[ID], below[PATH_MAX];
    int is_folder;
    if (!id_at(AT_FDCWD, path, id, &is_folder)) return;
    if (!is_folder) {
        struct stat there;
        if (!strcmp(kind, "names") && !stat(path, &there)) keep_bytes(id, path, 0, there.st_size);
        return;
    }
    keep_names(kind, id, path);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")
            || !strcmp(entry->d_name, LEFT_OUT)) continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        walk(kind, below);
    }
    if (folder) closedir(folder);
}

__attribute__((constructor)) static void begin(void) {
    char path[PATH_MAX], id[ID];
    int is_folder;
    if (!root() || !getenv("MUSHER_POWER")) return;
    if (getenv("MUSHER_POWER_NOW")) {
        aside(path, "now", "");
        mkdir(path, 0700);
        walk("now", root());
        return;
    }
    snprintf(path, sizeof path, "%s/root", getenv("MUSHER_POWER"));
    if (!access(path, F_OK)) return;
    for (int i = 0; i < 2; i++) {
        char folder[PATH_MAX];
        aside(folder, i ? "bytes" : "names", "");
        mkdir(folder, 0700);
    }
    walk("names", root());
    if (!id_at(AT_FDCWD, root(), id, &is_folder)) abort();
    int out = raw_open(path, O_CREAT | O_WRONLY, 0600);
    if (out < 0) abort();
    raw_write(out, id, strlen(id), 0);
    syscall(SYS_close, out);
}

static off_t *dirty_of(const char *id) {
    unsigned hash = 5381;
    for (const char *c = id; *c; c++) hash = hash * 33 + (unsigned char) *c;
    for (unsigned i = 0; i < TRACKED; i++) {
        unsigned at = (hash + i) % TRACKED;
        if (!strcmp(tracked[at].id, id)) return &tracked[at].dirty;
        if (!*tracked[at].id) {
            strcpy(tracked[at].id, id);
            /* Never copied by this process: all of it. */
            tracked[at].dirty = 0;
            return &tracked[at].dirty;
        }
    }
    abort();
}

static void wrote(int fd, off_t at) {
    char path[PATH_MAX], id[ID];
    int is_folder;
    if (!root() || !path_of(fd, path) || !id_at(fd, "", id, &is_folder)) return;
    pthread_mutex_lock(&lock);
    off_t *dirty = dirty_of(id);
    if (at < *dirty) *dirty = at;
    pthread_mutex_unlock(&lock);
}

static off_t size_of(int fd) {
    struct stat there;
    return fstat(fd, &there) ? 0 : there.st_size;
}

/* Size is that from before the sync: what came meanwhile is not synced. */
static void synced(int fd, off_t size) {
    char path[PATH_MAX], id[ID], self[64];
    int is_folder;
    if (!root() || !path_of(fd, path) || !id_at(fd, "", id, &is_folder)) return;
    const char *lies = getenv("MUSHER_POWER_LIES");
    if (lies && !fnmatch(lies, path, 0)) return;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    pthread_mutex_lock(&lock);
    if (is_folder) {
        keep_names("names", id, self);
    } else {
        off_t *dirty = dirty_of(id);
        if (*dirty < size || size_of(fd) == size) {
            keep_bytes(id, self, *dirty, size);
            *dirty = size;
        }
    }
    pthread_mutex_unlock(&lock);
}

#define REAL(type, name, ...)                    \
    static type (*real)(__VA_ARGS__);            \
    if (!real) real = dlsym(RTLD_NEXT, #name)

#define SYNC(name)                               \
    int name(int fd) {                           \
        REAL(int, name, int);                    \
        off_t size = root() ? size_of(fd) : 0;   \
        int result = real(fd);                   \
        if (!result) synced(fd, size);           \
        return result;                           \
    }

SYNC(fsync)
SYNC(fdatasync)

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    ssize_t n = real(fd, bytes, count);
    if (n > 0 && root()) {
        off_t end = lseek(fd, 0, SEEK_CUR);
        if (end >= n) wrote(fd, end - n);
    }
    return n;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    ssize_t n = real(fd, parts, count);
    if (n > 0 && root()) {
        off_t end = lseek(fd, 0, SEEK_CUR);
        if (end >= n) wrote(fd, end - n);
    }
    return n;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    ssize_t n = real(fd, bytes, count, at);
    if (n > 0 && root()) wrote(fd, at);
    return n;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return pwrite64(fd, bytes, count, at);
}

int ftruncate64(int fd, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    int result = real(fd, size);
    if (!result && root()) wrote(fd, size);
    return result;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
