/*
 * Makes a disk fail under one process: loaded before the C library (LD_PRELOAD), it counts syncs or
 * writes of the files of a store and fails the Nth, once or from then on, or makes each sync slow.
 *
 * MUSHER_FAULT names a file. Until it is there nothing is counted; it holds four words:
 *   sync|write|none  N  once|sticky  delay-of-a-sync-in-ms
 * The moment of the first failure, in ms since 1970, is written to a file of that name with .fired.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int armed;
static char kind[16];
static long nth;
static int sticky;
static long delay_ms;
static long counted;

static int of_store(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    if (!strstr(path, "/store/")) return 0;
    const char *name = strrchr(path, '/') + 1;
    size_t len = strlen(name);
    return (len > 4 && (!strcmp(name + len - 4, ".log") || !strcmp(name + len - 4, ".sst")))
        || !strncmp(name, "MANIFEST-", 9);
}

static int is_armed(void) {
    if (armed) return 1;
    const char *plan = getenv("MUSHER_FAULT");
    if (!plan) return 0;
    FILE *file = fopen(plan, "re");
    if (!file) return 0;
    char how[16];
    if (fscanf(file, "%15s %ld %15s %ld", kind, &nth, how, &delay_ms) == 4) {
        sticky = !strcmp(how, "sticky");
        armed = 1;
    }
    fclose(file);
    return armed;
}

static void told(void) {
    char path[4096];
    struct timespec now;
    snprintf(path, sizeof path, "%s.fired", getenv("MUSHER_FAULT"));
    FILE *file = fopen(path, "we");
    if (!file) return;
    clock_gettime(CLOCK_REALTIME, &now);
    fprintf(file, "%ld\n", now.tv_sec * 1000 + now.tv_nsec / 1000000);
    fclose(file);
}

static int fails(const char *what, int fd) {
    if (!of_store(fd) || !is_armed() || strcmp(what, kind)) return 0;
    long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    if (number == nth) told();
    if (number == nth || (sticky && number > nth)) {
        errno = EIO;
        return 1;
    }
    return 0;
}

static void slow(int fd) {
    if (of_store(fd) && is_armed() && delay_ms > 0) {
        struct timespec time = {delay_ms / 1000, delay_ms % 1000 * 1000000};
        nanosleep(&time, NULL);
    }
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    slow(fd);
    return fails("sync", fd) ? -1 : real(fd);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    slow(fd);
    return fails("sync", fd) ? -1 : real(fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    return fails("write", fd) ? -1 : real(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    return fails("write", fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    return pwrite64(fd, bytes, count, at);
}
