/* Many WebSockets on one thread, so that the server is what is measured and not its client.

   fanout_client PORT PROTOCOL PATH READY
     PROTOCOL  ws: plain WebSocket; eio: Engine.IO 4 with Socket.IO 5 on top
     PATH      what to ask for, e.g. /ws/live?topics=event.7; with {7} instead of 7 each socket
               has a topic of its own: event.7, event.8, event.9 ...
     READY     text of the frame that ends a socket's start; "" where the handshake does

   A value carries "name":"SEQ.NANOSECONDS", its number and when it was published, by
   CLOCK_MONOTONIC. Commands come a line each on stdin; each is answered by a JSON line:
     connect N IN_FLIGHT TIMEOUT   open N sockets; at most IN_FLIGHT unanswered handshakes
     expect FIRST COUNT            forget all figures; count only the values numbered from FIRST
     versions                      forget all figures; from now on count what changes carry as
                                   "version", where that is the time of the change, in ms since 1970
     wait SECONDS QUIET            until all has come, or SECONDS went by, or nothing came for QUIET
     idle SECONDS                  just stay connected, answering pings
     drop                          reset all sockets, as a network that fails does

   Two latencies: `each` is that of a value at the first frame that shows it; `newest` is how long
   it took after a value was published until a watcher had it or a newer one. The times of values
   that no frame shows are taken to lie evenly between those of their neighbours. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (1 << 20)
#define PER_ADDRESS 20000 /* sockets a source address; there are some 28,000 ports */
#define BUCKETS 4000000   /* of BUCKET_NS each, so up to 400 s */
#define BUCKET_NS 100000
#define SOCKETS_IN_A_ROW 64
#define STDIN UINT32_MAX

enum state { FREE, CONNECTING, HANDSHAKE, STARTING, READY, LOST };

struct peer {
    int fd;
    enum state state;
    uint32_t kept_size;
    int64_t newest;     /* the highest value seen */
    uint64_t newest_at; /* when that one was published */
    char *kept;         /* the beginning of a frame whose end has not come yet */
    uint8_t *seen;      /* one bit a value */
};

struct histogram {
    uint32_t *buckets;
    uint64_t count, max;
};

static struct peer *peers;
static int num_peers, num_opened, num_ready, num_in_flight, num_lost;
static int port, epoll;
static bool engine_io, by_version;
static const char *path, *ready_text;
static int64_t first, expected;
static struct histogram each, newest;
static uint64_t num_frames, num_bytes, num_repeats, num_other, first_at, last_at, begun_at;
static char buffer[BUFFER];

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t ns_since_1970(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

/* -- figures -------------------------------------------------------------------------------- */

static void note(struct histogram *h, uint64_t ns) {
    uint64_t bucket = ns / BUCKET_NS;
    h->buckets[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    h->count++;
    if (ns > h->max) h->max = ns;
}

static double percentile(const struct histogram *h, double share) {
    uint64_t left = (uint64_t)((double)h->count * share);
    for (size_t i = 0; i < BUCKETS; i++) {
        if (h->buckets[i] > left) return ((double)i + 0.5) * BUCKET_NS / 1e6;
        left -= h->buckets[i];
    }
    return (double)h->max / 1e6;
}

static void forget(struct histogram *h) {
    memset(h->buckets, 0, BUCKETS * sizeof *h->buckets);
    h->count = h->max = 0;
}

static void print_histogram(const char *name, const struct histogram *h) {
    printf("\"%s\":{\"count\":%lu,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}", name, h->count,
           h->count ? percentile(h, 0.5) : 0, h->count ? percentile(h, 0.99) : 0,
           (double)h->max / 1e6);
}

static void report(void) {
    printf("{");
    print_histogram("each", &each);
    printf(",");
    print_histogram("newest", &newest);
    printf(",\"expected\":%lld,\"frames\":%lu,\"bytes\":%lu,\"repeats\":%lu,\"other\":%lu,"
           "\"lost_sockets\":%d,\"ready\":%d,\"seconds\":%.3f}\n",
           (long long)expected * num_ready, num_frames, num_bytes, num_repeats, num_other,
           num_lost, num_ready, last_at > begun_at ? (double)(last_at - begun_at) / 1e9 : 0.0);
    fflush(stdout);
}

/* -- values --------------------------------------------------------------------------------- */

static void take_value(struct peer *peer, int64_t seq, uint64_t sent_at, uint64_t now) {
    int64_t at = seq - first;
    uint8_t bit = (uint8_t)(1 << (at & 7));
    if (peer->seen[at >> 3] & bit) {
        num_repeats++;
        return;
    }
    peer->seen[at >> 3] |= bit;
    if (seq == first) first_at = sent_at;
    note(&each, now - sent_at);
    last_at = now;
}

/* All values up to `seq` are now shown or superseded at this watcher. */
static void advance(struct peer *peer, int64_t seq, uint64_t sent_at, uint64_t now) {
    if (seq <= peer->newest) return;
    bool is_first = peer->newest < first;
    int64_t known = is_first ? first : peer->newest;
    uint64_t since = is_first ? (first_at ? first_at : sent_at) : peer->newest_at;
    if (is_first) note(&newest, now - since);
    for (int64_t i = known + 1; i <= seq; i++) {
        int64_t span = (int64_t)(sent_at - since);
        note(&newest, now - since - (uint64_t)(span * (i - known) / (seq - known)));
    }
    peer->newest = seq;
    peer->newest_at = sent_at;
}

static void take_text(struct peer *peer, const char *text, size_t size, uint64_t now) {
    static const char mark[] = "\"name\":";
    const char *end = text + size, *at = text;
    int64_t highest = -1;
    uint64_t highest_at = 0;
    while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1))) {
        at += sizeof mark - 1;
        while (at < end && (*at == ' ' || *at == '"')) at++;
        if (at == end || *at < '0' || *at > '9') continue;
        char *dot;
        int64_t seq = strtoll(at, &dot, 10);
        if (*dot != '.' || seq < first || seq >= first + expected) continue;
        uint64_t sent_at = strtoull(dot + 1, NULL, 10);
        take_value(peer, seq, sent_at, now);
        if (seq > highest) highest = seq, highest_at = sent_at;
    }
    if (highest >= 0) {
        advance(peer, highest, highest_at, now);
        num_frames++;
        num_bytes += size;
    } else {
        num_other++;
    }
}

/* A version that is no newer than what the watcher has is a repeat, and says nothing of speed. */
static void take_version(struct peer *peer, const char *text, size_t size) {
    static const char mark[] = "\"version\":";
    const char *at = memmem(text, size, mark, sizeof mark - 1);
    int64_t version = at ? strtoll(at + sizeof mark - 1, NULL, 10) : 0;
    uint64_t now = ns_since_1970(), then = (uint64_t)version * 1000000u;
    if (!at) {
        num_other++;
    } else if (version <= peer->newest) {
        num_repeats++;
    } else {
        peer->newest = version;
        note(&each, now > then ? now - then : 0);
        num_frames++;
        num_bytes += size;
    }
}

/* -- sockets -------------------------------------------------------------------------------- */

static void lose(struct peer *peer) {
    if (peer->state == CONNECTING || peer->state == HANDSHAKE || peer->state == STARTING)
        num_in_flight--;
    if (peer->state == READY) num_ready--;
    peer->state = LOST;
    num_lost++;
    close(peer->fd);
    free(peer->kept);
    peer->kept = NULL;
    peer->kept_size = 0;
}

static void become_ready(struct peer *peer) {
    if (peer->state == READY) return;
    peer->state = READY;
    num_in_flight--;
    num_ready++;
}

static void transmit(struct peer *peer, const char *bytes, size_t size) {
    if (send(peer->fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) lose(peer);
}

static void say(struct peer *peer, uint8_t opcode, const char *payload, size_t size) {
    char frame[6 + 125] = {(char)(0x80 | opcode), (char)(0x80 | size)}; /* the mask is zeros */
    if (size > 125) return;
    memcpy(frame + 6, payload, size);
    transmit(peer, frame, 6 + size);
}

/* Write `path` for `peer` to `own`, its number counted up from what stands in braces. */
static void own_path(const struct peer *peer, char *own, size_t size) {
    const char *brace = strchr(path, '{'), *end = brace ? strchr(brace, '}') : NULL;
    if (end)
        snprintf(own, size, "%.*s%ld%s", (int)(brace - path), path,
                 atol(brace + 1) + (long)(peer - peers), end + 1);
    else
        snprintf(own, size, "%s", path);
}

static void ask(struct peer *peer) {
    char request[1024], own[512];
    own_path(peer, own, sizeof own);
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Sec-WebSocket-Version: 13\r\n\r\n",
                        own, port);
    peer->state = HANDSHAKE;
    transmit(peer, request, (size_t)size);
}

static void take_frame(struct peer *peer, uint8_t opcode, const char *text, size_t size,
                       uint64_t now) {
    if (opcode == 0x9) {
        say(peer, 0xA, text, size);
    } else if (opcode == 0x8) {
        lose(peer);
    } else if (opcode == 0x1) {
        if (engine_io && size == 1 && *text == '2') {
            say(peer, 0x1, "3", 1);
            return;
        }
        if (engine_io && *text == '0') {
            say(peer, 0x1, "40", 2);
            return;
        }
        if (peer->state == STARTING && memmem(text, size, ready_text, strlen(ready_text)))
            become_ready(peer);
        if (by_version)
            take_version(peer, text, size);
        else
            take_text(peer, text, size, now);
    }
}

/* Take all whole frames from `bytes`; return how many bytes that were. */
static size_t take_frames(struct peer *peer, const char *bytes, size_t size, uint64_t now) {
    size_t at = 0;
    if (peer->state == HANDSHAKE) {
        const char *end = memmem(bytes, size, "\r\n\r\n", 4);
        if (!end) return 0;
        if (size < 12 || memcmp(bytes + 9, "101", 3)) {
            lose(peer);
            return size;
        }
        at = (size_t)(end - bytes) + 4;
        peer->state = STARTING;
        if (!*ready_text) become_ready(peer);
    }
    while (size - at >= 2 && peer->state != LOST) {
        const uint8_t *head = (const uint8_t *)bytes + at;
        size_t length = head[1] & 0x7f, offset = 2;
        if (length == 126) {
            if (size - at < 4) break;
            length = (size_t)head[2] << 8 | head[3];
            offset = 4;
        } else if (length == 127) {
            if (size - at < 10) break;
            length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | head[i];
            offset = 10;
        }
        if (size - at < offset + length) break;
        take_frame(peer, head[0] & 0x0f, bytes + at + offset, length, now);
        at += offset + length;
    }
    return at;
}

static void read_from(struct peer *peer) {
    size_t kept = peer->kept_size;
    if (kept) memcpy(buffer, peer->kept, kept);
    ssize_t got = recv(peer->fd, buffer + kept, BUFFER - kept - 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        lose(peer);
        return;
    }
    size_t size = kept + (size_t)got;
    buffer[size] = 0;
    size_t taken = take_frames(peer, buffer, size, now_ns());
    if (peer->state == LOST) return;
    size_t left = size - taken;
    if (left > BUFFER / 2) {
        lose(peer); /* a frame that nobody here would send */
        return;
    }
    if (left) {
        peer->kept = realloc(peer->kept, left);
        memcpy(peer->kept, buffer + taken, left);
    } else if (kept) {
        free(peer->kept);
        peer->kept = NULL;
    }
    peer->kept_size = (uint32_t)left;
}

static void open_peer(int number) {
    struct peer *peer = &peers[number];
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    int one = 1;
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (peer->fd < 0) die("socket");
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(number / PER_ADDRESS));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)port);
    setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(peer->fd, (struct sockaddr *)&from, sizeof from)) die("bind");
    num_opened++;
    num_in_flight++;
    peer->state = CONNECTING;
    if (connect(peer->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
        lose(peer);
        return;
    }
    struct epoll_event event = {.events = EPOLLOUT | EPOLLIN, .data.u32 = (uint32_t)number};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, peer->fd, &event)) die("epoll_ctl");
}

static void serve(uint32_t number, uint32_t events) {
    struct peer *peer = &peers[number];
    if (peer->state == CONNECTING && events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(peer->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            lose(peer);
            return;
        }
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};
        epoll_ctl(epoll, EPOLL_CTL_MOD, peer->fd, &event);
        ask(peer);
    } else if (peer->state != LOST && peer->state != FREE) {
        read_from(peer);
    }
}

static void poll_sockets(int milliseconds) {
    struct epoll_event events[SOCKETS_IN_A_ROW];
    int count = epoll_wait(epoll, events, SOCKETS_IN_A_ROW, milliseconds);
    for (int i = 0; i < count; i++) {
        if (events[i].data.u32 != STDIN)
            serve(events[i].data.u32, events[i].events);
        else if (events[i].events & EPOLLHUP)
            exit(0); /* whoever started us is gone */
    }
}

/* -- commands ------------------------------------------------------------------------------- */

static void drop_all(void) {
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    for (int i = 0; i < num_peers; i++) {
        struct peer *peer = &peers[i];
        if (peer->state != LOST && peer->state != FREE) {
            setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            close(peer->fd);
        }
        free(peer->kept);
        free(peer->seen);
    }
    free(peers);
    peers = NULL;
    num_peers = num_opened = num_ready = num_in_flight = num_lost = 0;
}

static void connect_all(int count, int in_flight, double timeout) {
    drop_all();
    peers = calloc((size_t)count, sizeof *peers);
    num_peers = count;
    uint64_t began = now_ns(), until = began + (uint64_t)(timeout * 1e9);
    while (num_ready + num_lost < count && now_ns() < until) {
        while (num_opened < count && num_in_flight < in_flight) open_peer(num_opened);
        poll_sockets(10);
    }
    printf("{\"ready\":%d,\"lost_sockets\":%d,\"seconds\":%.3f}\n", num_ready, num_lost,
           (double)(now_ns() - began) / 1e9);
    fflush(stdout);
}

static void forget_figures(void) {
    forget(&each);
    forget(&newest);
    num_frames = num_bytes = num_repeats = num_other = 0;
    begun_at = last_at = now_ns();
    first_at = 0;
}

static void expect(int64_t from, int64_t count) {
    forget_figures();
    by_version = false;
    first = from;
    expected = count;
    for (int i = 0; i < num_peers; i++) {
        peers[i].newest = -1;
        free(peers[i].seen);
        peers[i].seen = calloc(1, (size_t)count / 8 + 1);
    }
    printf("{}\n");
    fflush(stdout);
}

static void count_versions(void) {
    forget_figures();
    by_version = true;
    expected = 0;
    for (int i = 0; i < num_peers; i++) peers[i].newest = -1;
    printf("{}\n");
    fflush(stdout);
}

/* Done is when each watcher has the newest of all; `quiet` ends it where some never get it. */
static void wait_for_values(double seconds, double quiet) {
    uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
    uint64_t still = (uint64_t)(quiet * 1e9);
    uint64_t frames_before = num_frames, changed_at = now_ns();
    while (now_ns() < until && newest.count < (uint64_t)expected * (uint64_t)num_ready) {
        poll_sockets(20);
        if (num_frames != frames_before) frames_before = num_frames, changed_at = now_ns();
        if (num_frames && now_ns() - changed_at > still) break;
    }
    report();
}

static void idle(double seconds) {
    uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
    while (now_ns() < until) poll_sockets(20);
    report();
}

/* Between commands, too, sockets are read: a line is awaited beside them. */
static bool next_line(char *line, int size) {
    struct epoll_event events[SOCKETS_IN_A_ROW];
    int used = 0;
    while (used < size - 1) {
        int count = epoll_wait(epoll, events, SOCKETS_IN_A_ROW, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.u32 != STDIN) {
                serve(events[i].data.u32, events[i].events);
            } else if (read(0, line + used, 1) != 1) {
                return false;
            } else if (line[used++] == '\n') {
                line[used] = 0;
                return true;
            }
        }
    }
    return false;
}

static void allow_many_files(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "fanout_client PORT ws|eio PATH READY\n");
        return 2;
    }
    port = atoi(argv[1]);
    engine_io = !strcmp(argv[2], "eio");
    path = argv[3];
    ready_text = argv[4];
    each.buckets = calloc(BUCKETS, sizeof *each.buckets);
    newest.buckets = calloc(BUCKETS, sizeof *newest.buckets);
    allow_many_files();
    epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = STDIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
    char line[256];
    while (next_line(line, sizeof line)) {
        int count, in_flight;
        long long from, many;
        double seconds, quiet;
        if (sscanf(line, "connect %d %d %lf", &count, &in_flight, &seconds) == 3)
            connect_all(count, in_flight, seconds);
        else if (sscanf(line, "expect %lld %lld", &from, &many) == 2)
            expect(from, many);
        else if (!strncmp(line, "versions", 8))
            count_versions();
        else if (sscanf(line, "wait %lf %lf", &seconds, &quiet) == 2)
            wait_for_values(seconds, quiet);
        else if (sscanf(line, "idle %lf", &seconds) == 1)
            idle(seconds);
        else if (!strncmp(line, "drop", 4))
            drop_all(), printf("{}\n"), fflush(stdout);
    }
    drop_all();
    return 0;
}
