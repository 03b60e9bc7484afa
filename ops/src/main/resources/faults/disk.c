/*
 * Makes a disk fail under one process: loaded before the C library (LD_PRELOAD), it counts calls
 * that change files and fails the Nth, once or from then on, or kills the process at it, or makes
 * each sync slow.
 *
 * MUSHER_FAULT names a file. Until it is there nothing is counted; it holds five words:
 *   CALL  N  HOW  delay-of-a-sync-in-ms  PATTERN
 * CALL: sync, write, rename, link, unlink, mkdir, create or none. HOW: once or sticky (EIO), before
 * or after (SIGKILL at that side of the call), tell (all calls of the pattern, whatever CALL says,
 * are told a line each in a file of that name with .calls). PATTERN: as of the shell, of whole paths
 * (of a rename or link: the new name); "-" means logs, tables and manifests of a store. Syncs that
 * are slowed are those of such files.
 * The moment of the first failure, in ms since 1970, is written to a file of that name with .fired.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int armed;
static char kind[16];
static char how[16];
static char pattern[PATH_MAX];
static long nth;
static long delay_ms;
static long counted;

/* Logs, tables and manifests. */
static int of_store(const char *path) {
    if (!strstr(path, "/store/")) return 0;
    const char *name = strrchr(path, '/') + 1;
    size_t len = strlen(name);
    return (len > 4 && (!strcmp(name + len - 4, ".log") || !strcmp(name + len - 4, ".sst")))
        || !strncmp(name, "MANIFEST-", 9);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n <= 0 || path[0] != '/') return 0;
    path[n] = 0;
    return 1;
}

static int is_armed(void) {
    if (armed) return 1;
    const char *plan = getenv("MUSHER_FAULT");
    if (!plan) return 0;
    FILE *file = fopen(plan, "re");
    if (!file) return 0;
    if (fscanf(file, "%15s %ld %15s %ld %4095s", kind, &nth, how, &delay_ms, pattern) == 5) {
        armed = 1;
    }
    fclose(file);
    return armed;
}

static void note(const char *ending, const char *text) {
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s%s", getenv("MUSHER_FAULT"), ending);
    FILE *file = fopen(path, "ae");
    if (!file) return;
    fputs(text, file);
    fclose(file);
}

static void told(void) {
    char text[32];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, sizeof text, "%ld\n", now.tv_sec * 1000 + now.tv_nsec / 1000000);
    note(".fired", text);
}

static void end(void) {
    told();
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

enum { PASS, FAIL, END_AFTER };

static int judge(const char *what, const char *path) {
    if (!is_armed()) return PASS;
    int tells = !strcmp(how, "tell");
    if (!tells && strcmp(what, kind)) return PASS;
    if (strcmp(pattern, "-") ? fnmatch(pattern, path, 0) != 0 : !of_store(path)) return PASS;
    if (tells) {
        char line[PATH_MAX + 16];
        snprintf(line, sizeof line, "%s %s\n", what, path);
        note(".calls", line);
        return PASS;
    }
    long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    if (number < nth || (number > nth && strcmp(how, "sticky"))) return PASS;
    if (!strcmp(how, "before")) end();
    if (!strcmp(how, "after")) return END_AFTER;
    if (number == nth) told();
    return FAIL;
}

static int judge_fd(const char *what, int fd) {
    char path[PATH_MAX];
    if (!getenv("MUSHER_FAULT")) return PASS;
    return path_of(fd, path) ? judge(what, path) : PASS;
}

/* The call as it is made: not at all, whole, or whole and then the end. */
#define AT(verdict, call)                        \
    switch (verdict) {                           \
    case FAIL: errno = EIO; return -1;           \
    case END_AFTER: (void)!(call); end();        \
    default: return call;                        \
    }

#define REAL(type, name, ...)                    \
    static type (*real)(__VA_ARGS__);            \
    if (!real) real = dlsym(RTLD_NEXT, #name)

static void slow(int fd) {
    char path[PATH_MAX];
    if (is_armed() && delay_ms > 0 && path_of(fd, path) && of_store(path)) {
        struct timespec time = {delay_ms / 1000, delay_ms % 1000 * 1000000};
        nanosleep(&time, NULL);
    }
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    slow(fd);
    AT(judge_fd("sync", fd), real(fd))
}

int fsync(int fd) {
    REAL(int, fsync, int);
    slow(fd);
    AT(judge_fd("sync", fd), real(fd))
}

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    AT(judge_fd("write", fd), real(fd, bytes, count))
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    AT(judge_fd("write", fd), real(fd, bytes, count, at))
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return pwrite64(fd, bytes, count, at);
}

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    AT(judge("rename", to), real(from, to))
}

int link(const char *from, const char *to) {
    REAL(int, link, const char *, const char *);
    AT(judge("link", to), real(from, to))
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    AT(judge("unlink", path), real(path))
}

int rmdir(const char *path) {
    REAL(int, rmdir, const char *);
    AT(judge("unlink", path), real(path))
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    AT(judge("mkdir", path), real(path, mode))
}

#define OPEN(name)                                                           \
    int name(const char *path, int flags, ...) {                             \
        REAL(int, name, const char *, int, ...);                             \
        va_list more;                                                        \
        va_start(more, flags);                                               \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                        \
        AT(flags & O_CREAT ? judge("create", path) : PASS, real(path, flags, mode)) \
    }

OPEN(open)
OPEN(open64)
