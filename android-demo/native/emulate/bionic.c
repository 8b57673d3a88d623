/* the functions whose layout or meaning differs between bionic and glibc (same machine).
   Everything else is a jump into libc.so.6, made by shims.py. Own text, own declarations of bionic's layouts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
typedef struct FILE FILE;
extern void *shim_real(const char *);                 /* dlsym in libc.so.6 */
#define REAL(ret, name, ...) ((ret (*)(__VA_ARGS__))shim_real(name))

int *__errno(void) { static int *(*f)(void); if (!f) f = REAL(int *, "__errno_location", void); return f(); }
long sysconf(int n) {
  static long (*f)(int); if (!f) f = REAL(long, "sysconf", int);
  switch (n) { case 0x27: case 0x28: return f(30); case 0x60: return f(83); case 0x61: return f(84); default: return -1; }
}
int strerror_r(int e, char *b, size_t n) { static int (*f)(int, char *, size_t); if (!f) f = REAL(int, "__xpg_strerror_r", int, char *, size_t); return f(e, b, n); }

/* pthread_attr_t: 56 bytes on bionic, 64 on glibc */
struct battr { unsigned flags; void *base; size_t size, guard; int pol, prio; char pad[16]; };
int pthread_attr_init(void *p) { struct battr *a = p; __builtin_memset(a, 0, sizeof *a); a->size = 1 << 20; return 0; }
int pthread_attr_destroy(void *p) { (void)p; return 0; }
int pthread_attr_setstacksize(void *p, size_t s) { if (s < 16384) return 22; ((struct battr *)p)->size = s; return 0; }
int pthread_create(unsigned long *t, const void *p, void *(*f)(void *), void *x) {
  int (*c)(unsigned long *, const void *, void *(*)(void *), void *) = shim_real("pthread_create");
  if (!p) return c(t, 0, f, x);
  char g[128]; REAL(int, "pthread_attr_init", void *)(g);
  size_t s = ((const struct battr *)p)->size; if (s < 262144) s = 262144;
  REAL(int, "pthread_attr_setstacksize", void *, size_t)(g, s);
  return c(t, g, f, x);
}

/* pthread_mutex_t: 40 bytes on bionic, 48 on glibc: word 0 holds the static type, byte 8 a pointer to glibc's */
struct bmutex { int init; int pad; void *real; };
static int mlock_; static void lk(void) { while (__atomic_exchange_n(&mlock_, 1, __ATOMIC_ACQUIRE)) ; } static void ul(void) { __atomic_store_n(&mlock_, 0, __ATOMIC_RELEASE); }
static void *mk(int type) {
  void *m = REAL(void *, "calloc", size_t, size_t)(1, 64); char a[32];
  REAL(int, "pthread_mutexattr_init", void *)(a); REAL(int, "pthread_mutexattr_settype", void *, int)(a, type);
  REAL(int, "pthread_mutex_init", void *, void *)(m, a); return m;
}
static void *real_mutex(struct bmutex *b) {
  void *m = __atomic_load_n(&b->real, __ATOMIC_ACQUIRE);
  if (!m) { lk(); if (!b->real) __atomic_store_n(&b->real, mk((b->init >> 14) & 3), __ATOMIC_RELEASE); m = b->real; ul(); }
  return m;
}
int pthread_mutexattr_init(long *a) { *a = 0; return 0; }
int pthread_mutexattr_settype(long *a, int t) { *a = t; return 0; }
int pthread_mutexattr_destroy(long *a) { *a = -1; return 0; }
int pthread_mutex_init(struct bmutex *b, const long *a) { __builtin_memset(b, 0, 40); b->init = (a ? (int)*a : 0) << 14; return 0; }
int pthread_mutex_destroy(struct bmutex *b) { if (b->real) { REAL(int, "pthread_mutex_destroy", void *)(b->real); REAL(void, "free", void *)(b->real); b->real = 0; } return 0; }
int pthread_mutex_lock(struct bmutex *b) { static int (*f)(void *); if (!f) f = shim_real("pthread_mutex_lock"); return f(real_mutex(b)); }
int pthread_mutex_trylock(struct bmutex *b) { static int (*f)(void *); if (!f) f = shim_real("pthread_mutex_trylock"); return f(real_mutex(b)); }
int pthread_mutex_unlock(struct bmutex *b) { static int (*f)(void *); if (!f) f = shim_real("pthread_mutex_unlock"); return f(real_mutex(b)); }
int pthread_cond_wait(void *c, struct bmutex *b) { return REAL(int, "pthread_cond_wait", void *, void *)(c, real_mutex(b)); }

/* signals: sigset_t is 8 bytes on bionic, 128 on glibc; the test needs no handlers */
int sigaction(int s, const void *n, void *o) { (void)s; (void)n; if (o) __builtin_memset(o, 0, 32); return 0; }
int sigprocmask(int h, const void *n, void *o) { (void)h; (void)n; if (o) __builtin_memset(o, 0, 8); return 0; }
int sigfillset(uint64_t *s) { *s = ~0ull; return 0; }
int sigdelset(uint64_t *s, int n) { *s &= ~(1ull << (n - 1)); return 0; }

/* stdio: stdin, stdout, stderr are three 152-byte objects in __sF */
char __sF[3 * 152];
FILE *stdin, *stdout, *stderr;
__attribute__((constructor)) static void std(void) { stdin = *(FILE **)shim_real("stdin"); stdout = *(FILE **)shim_real("stdout"); stderr = *(FILE **)shim_real("stderr"); }
static FILE *fx(FILE *f) {
  char *p = (char *)f; if (p < __sF || p >= __sF + sizeof __sF) return f;
  return *(FILE **)shim_real(p < __sF + 152 ? "stdin" : p < __sF + 304 ? "stdout" : "stderr");
}
int vfprintf(FILE *f, const char *s, va_list a) { return REAL(int, "vfprintf", FILE *, const char *, va_list)(fx(f), s, a); }
int fprintf(FILE *f, const char *s, ...) { va_list a; va_start(a, s); int r = vfprintf(f, s, a); va_end(a); return r; }
int fputs(const char *s, FILE *f) { return REAL(int, "fputs", const char *, FILE *)(s, fx(f)); }
int fputc(int c, FILE *f) { return REAL(int, "fputc", int, FILE *)(c, fx(f)); }
int fflush(FILE *f) { return REAL(int, "fflush", FILE *)(fx(f)); }
int fileno(FILE *f) { return REAL(int, "fileno", FILE *)(fx(f)); }
size_t fwrite(const void *p, size_t a, size_t b, FILE *f) { return REAL(size_t, "fwrite", const void *, size_t, size_t, FILE *)(p, a, b, fx(f)); }

/* addrinfo: bionic has canonname before addr, glibc the other way round; error numbers differ in sign */
struct bai { int flags, family, socktype, protocol; uint32_t len; char *name; void *addr; struct bai *next; };
struct gai { int flags, family, socktype, protocol; uint32_t len; void *addr; char *name; struct gai *next; };
int getaddrinfo(const char *n, const char *s, const struct bai *h, struct bai **out) {
  struct gai g, *r = 0, *i; __builtin_memset(&g, 0, sizeof g);
  if (h) { g.flags = h->flags & 7; g.family = h->family; g.socktype = h->socktype; g.protocol = h->protocol; }
  int e = REAL(int, "getaddrinfo", const char *, const char *, const void *, void *)(n, s, &g, &r);
  if (e) return e == -3 ? 2 : e == -2 ? 8 : 4;
  struct bai **t = out; *t = 0;
  for (i = r; i; i = i->next) {
    struct bai *b = REAL(void *, "calloc", size_t, size_t)(1, sizeof *b + 128);
    b->family = i->family; b->socktype = i->socktype; b->protocol = i->protocol; b->len = i->len; b->addr = b + 1;
    __builtin_memcpy(b->addr, i->addr, i->len < 128 ? i->len : 128); *t = b; t = &b->next;
  }
  REAL(void, "freeaddrinfo", void *)(r); return 0;
}
void freeaddrinfo(struct bai *a) { while (a) { struct bai *n = a->next; REAL(void, "free", void *)(a); a = n; } }

/* names that only bionic has */
int __system_property_get(const char *n, char *v) { (void)n; *v = 0; return 0; }
void android_set_abort_message(const char *m) { REAL(int, "dprintf", int, const char *, ...)(2, "abort message: %s\n", m); }
size_t __strlen_chk(const char *s, size_t n) { size_t l = __builtin_strlen(s); if (l >= n) __builtin_trap(); return l; }
char *__strchr_chk(const char *s, int c, size_t n) { for (;; s++, n--) { if (!n) __builtin_trap(); if (*s == (char)c) return (char *)s; if (!*s) return 0; } }
char *__strncpy_chk2(char *d, const char *s, size_t n, size_t dl, size_t sl) { (void)sl; if (n > dl) __builtin_trap(); size_t i = 0; for (; i < n && s[i]; i++) d[i] = s[i]; for (; i < n; i++) d[i] = 0; return d; }
void __FD_SET_chk(int fd, void *s, size_t n) { (void)n; ((uint64_t *)s)[fd / 64] |= 1ull << (fd % 64); }
char *__gnu_strerror_r(int e, char *b, size_t n) { return REAL(char *, "strerror_r", int, char *, size_t)(e, b, n); }
