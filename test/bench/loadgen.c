/*
 * Load generator of the benchmark: many strict RFC 1350 clients in one process, each from an address of its own.
 * It is written in C because a generator in JavaScript would be the slower side and flatter every server alike.
 *
 * usage: loadgen HOST PORT CLIENTS BASE-ADDRESS WAIT-MS NAME...
 * Every client asks for all names in turn, from a new port each time; {mac} in a name becomes twelve hex digits of its own.
 * Prints one line of JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TRIES = 8, MAX_EVENTS = 512, MAX_PACKET = 65536 };

struct client {
  int fd, name, tries;
  int has_peer;              /* the server's transfer port is known */
  struct sockaddr_in peer;   /* where the last packet went */
  uint32_t expected;         /* the block wanted next, without wrap */
  int64_t asked_us, deadline_us;
  uint8_t last[300];         /* the last packet sent, for repeating it */
  size_t last_len;
};

static struct sockaddr_in server;
static uint32_t base_address;
static int clients_total, names_total, epoll_fd, active;
static char **names;
static int64_t wait_us;
static struct client *clients;
static double *first_ms;
static size_t first_count;
static uint64_t requests, files, missing, refused, failed, blocks, bytes, retransmissions, duplicates;

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fatal(const char *what) {
  perror(what);
  exit(1);
}

static void transmit(struct client *c) {
  c->deadline_us = now_us() + wait_us;
  if (sendto(c->fd, c->last, c->last_len, 0, (struct sockaddr *)&c->peer, sizeof c->peer) < 0 && errno != EAGAIN &&
      errno != ECONNREFUSED)
    fatal("sendto");
}

static void ask(struct client *c) {
  int index = (int)(c - clients);
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  if (c->name >= names_total) {
    active--;
    return;
  }
  c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fatal("socket");
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(base_address + (uint32_t)index)};
  if (bind(c->fd, (struct sockaddr *)&own, sizeof own) < 0) fatal("bind");
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event) < 0) fatal("epoll_ctl");

  char name[256];
  const char *pattern = names[c->name], *mac = strstr(pattern, "{mac}");
  if (mac != NULL)
    snprintf(name, sizeof name, "%.*s0018B9%06X%s", (int)(mac - pattern), pattern, (unsigned)index + 1, mac + 5);
  else
    snprintf(name, sizeof name, "%s", pattern);
  size_t length = strlen(name);
  c->last[0] = 0;
  c->last[1] = 1;
  memcpy(c->last + 2, name, length + 1);
  memcpy(c->last + 3 + length, "octet", 6);
  c->last_len = length + 9;
  c->peer = server;
  c->has_peer = 0;
  c->expected = 1;
  c->tries = 0;
  c->asked_us = now_us();
  requests++;
  transmit(c);
}

static void next_name(struct client *c) {
  c->name++;
  ask(c);
}

static void acknowledge(struct client *c, unsigned block) {
  c->last[0] = 0;
  c->last[1] = 4;
  c->last[2] = (uint8_t)(block >> 8);
  c->last[3] = (uint8_t)block;
  c->last_len = 4;
  transmit(c);
}

/* Returns 0 when the client has gone on to another socket. */
static int take(struct client *c, const uint8_t *packet, size_t length, const struct sockaddr_in *from) {
  if (length < 4 || packet[0] != 0) return 1;
  if (from->sin_addr.s_addr != server.sin_addr.s_addr) return 1;
  if (c->has_peer && from->sin_port != c->peer.sin_port) return 1;
  unsigned word = (unsigned)(packet[2] << 8 | packet[3]);
  if (!c->has_peer) first_ms[first_count++] = (double)(now_us() - c->asked_us) / 1000;
  if (packet[1] == 5) {
    if (word == 1) missing++;
    else refused++;
    next_name(c);
    return 0;
  }
  if (packet[1] != 3) return 1;
  c->has_peer = 1;
  c->peer = *from;
  if (word != (c->expected & 0xffff)) {
    duplicates++;
    /* A strict client answers the last block again and nothing else. */
    if (word == ((c->expected - 1) & 0xffff) && c->expected > 1) transmit(c);
    return 1;
  }
  blocks++;
  bytes += length - 4;
  c->tries = 0;
  c->expected++;
  acknowledge(c, word);
  if (length - 4 < 512) {
    files++;
    next_name(c);
    return 0;
  }
  return 1;
}

static void repeat_overdue(void) {
  int64_t now = now_us();
  for (int i = 0; i < clients_total; i++) {
    struct client *c = &clients[i];
    if (c->fd < 0 || now < c->deadline_us) continue;
    if (++c->tries > MAX_TRIES) {
      failed++;
      next_name(c);
    } else {
      retransmissions++;
      transmit(c);
    }
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double quantile(double share) {
  if (first_count == 0) return 0;
  return first_ms[(size_t)((double)(first_count - 1) * share)];
}

int main(int argc, char **argv) {
  if (argc < 7) {
    fprintf(stderr, "usage: loadgen HOST PORT CLIENTS BASE-ADDRESS WAIT-MS NAME...\n");
    return 2;
  }
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  server.sin_family = AF_INET;
  server.sin_port = htons((uint16_t)atoi(argv[2]));
  inet_pton(AF_INET, argv[1], &server.sin_addr);
  clients_total = atoi(argv[3]);
  struct in_addr base;
  inet_pton(AF_INET, argv[4], &base);
  base_address = ntohl(base.s_addr);
  wait_us = (int64_t)atoi(argv[5]) * 1000;
  names = argv + 6;
  names_total = argc - 6;
  clients = calloc((size_t)clients_total, sizeof *clients);
  first_ms = calloc((size_t)clients_total * (size_t)names_total, sizeof *first_ms);
  epoll_fd = epoll_create1(0);
  if (clients == NULL || first_ms == NULL || epoll_fd < 0) fatal("start");

  static uint8_t packet[MAX_PACKET];
  struct epoll_event events[MAX_EVENTS];
  int64_t started = now_us(), checked = started;
  active = clients_total;
  for (int i = 0; i < clients_total; i++) {
    clients[i].fd = -1;
    ask(&clients[i]);
  }
  while (active > 0) {
    int ready = epoll_wait(epoll_fd, events, MAX_EVENTS, 0);
    for (int i = 0; i < ready; i++) {
      struct client *c = &clients[events[i].data.u32];
      for (;;) {
        struct sockaddr_in from;
        socklen_t from_len = sizeof from;
        if (c->fd < 0) break;
        ssize_t got = recvfrom(c->fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_len);
        if (got < 0) break;
        if (!take(c, packet, (size_t)got, &from)) break;
        /* In lock-step nothing else can be there yet. */
        break;
      }
    }
    int64_t now = now_us();
    if (now - checked > 20000) {
      checked = now;
      repeat_overdue();
    }
  }
  double seconds = (double)(now_us() - started) / 1e6;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double processor = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  qsort(first_ms, first_count, sizeof *first_ms, ascending);
  printf("{\"seconds\":%.4f,\"processor\":%.3f,\"requests\":%llu,\"files\":%llu,\"missing\":%llu,\"refused\":%llu,\"failed\":%llu,"
         "\"blocks\":%llu,\"bytes\":%llu,\"retransmissions\":%llu,\"duplicates\":%llu,"
         "\"firstP50\":%.2f,\"firstP99\":%.2f,\"firstMax\":%.2f}\n",
         seconds, processor, (unsigned long long)requests, (unsigned long long)files, (unsigned long long)missing,
         (unsigned long long)refused, (unsigned long long)failed, (unsigned long long)blocks, (unsigned long long)bytes,
         (unsigned long long)retransmissions, (unsigned long long)duplicates, quantile(0.5), quantile(0.99), quantile(1));
  return 0;
}
