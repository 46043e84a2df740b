/* Preloaded into Redis by the chaos tests. Two numbers in the file named by SUNBEON_FAULTS rule it: how long an fsync takes, ms, and by how much
   the clock of the day is off, s. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void rule(long *delay_ms, long *offset_s) {
  *delay_ms = *offset_s = 0;
  const char *path = getenv("SUNBEON_FAULTS");
  if (!path) return;
  int file = open(path, O_RDONLY);
  if (file < 0) return;
  char text[64];
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return;
  text[size] = 0;
  sscanf(text, "%ld %ld", delay_ms, offset_s);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  long delay, offset;
  rule(&delay, &offset);
  if (delay > 0) usleep((useconds_t)delay * 1000);
  return real(file);
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
  long delay, offset;
  rule(&delay, &offset);
  int result = real(now, zone);
  now->tv_sec += offset;
  return result;
}
