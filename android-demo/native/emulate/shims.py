"""makes libc.so, libm.so, libdl.so, liblog.so that let bionic-linked arm64 libraries run on glibc.
usage: shims.py OUT SYSROOT lib.so...   Every undefined name becomes a jump into glibc, versioned LIBC.
Works for arm64 (under qemu) and for x86_64 (SYSROOT "")."""
import re, subprocess, sys
from pathlib import Path
out, root, libs = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
here = Path(__file__).parent; out.mkdir(parents=True, exist_ok=True)
run = lambda *a: subprocess.run(a, check=True, capture_output=True, text=True).stdout
glibc = lambda so: {l.split()[-1].split("@")[0] for l in run("llvm-nm-19", "-D", "--defined-only", so).splitlines()}
arch = "x86_64" if open(libs[0], "rb").read(20)[18] == 62 else "aarch64"
L = f"{root}/lib/{arch}-linux-gnu/"
JUMP = "jmp *shim_tbl+{0}(%rip)" if arch == "x86_64" else "adrp x16, shim_tbl+{0}\nldr x16,[x16,:lo12:shim_tbl+{0}]\nbr x16"
CC = ["clang-19", f"--target={arch}-linux-gnu", "-O2", "-fPIC", "-ffreestanding", "-fno-stack-protector", "-nostdlibinc", "-w"]
c, m = glibc(L + "libc.so.6"), glibc(L + "libm.so.6")
own = set(re.findall(r"^(?:int|void|long|size_t|char|int \*|char \*) \*?(\w+)\(", (here / "bionic.c").read_text(), re.M)) | {"__errno", "__sF", "stdin", "stdout", "stderr"}
und = set()
defined = set().union(*(glibc(l) for l in libs))
for l in libs: und |= {x.split()[-1].split("@")[0] for x in run("llvm-nm-19", "-D", "--undefined-only", l).splitlines()}
und -= defined
dl = {"dlopen", "dlsym", "dlclose", "dlerror", "dladdr", "dl_iterate_phdr"}
log = {x for x in und if x.startswith("__android_log")}
math = {x for x in und if x in m and x not in c}
names = {"libdl.so": und & dl, "libm.so": math, "libc.so": und - dl - log - math - own}
missing = sorted(x for x in names["libc.so"] if x not in c)
print("jumps:", {k: len(v) for k, v in names.items()}, "own:", len(own & und), "not in glibc:", missing)
for so, ns in names.items():
    ns = sorted(n for n in ns if n in c | m)
    t = "".join(f".text\n.globl {n}\n.type {n},%function\n{n}: {JUMP.format(8*i)}\n" for i, n in enumerate(ns))
    t += f".bss\n.balign 8\n.hidden shim_tbl\n.globl shim_tbl\nshim_tbl: .zero {8*len(ns)+8}\n.section .rodata\n" + "".join(f"s{i}: .asciz \"{n}\"\n" for i, n in enumerate(ns))
    t += ".section .data.rel.ro,\"aw\"\n.balign 8\n.hidden shim_names\n.globl shim_names\nshim_names:\n" + "".join(f".quad s{i}\n" for i in range(len(ns))) + ".quad 0\n"
    (out / (so + ".s")).write_text(t)
    (out / (so + ".c")).write_text(f'''#define G(n, v) __asm__(".symver " #n "_g," #n "@" v);
extern void *dlopen_g(const char *, int), *dlsym_g(void *, const char *); G(dlopen, "GLIBC_2.34") G(dlsym, "GLIBC_2.34")
extern void *shim_tbl[]; extern const char *shim_names[];
static void *h; __attribute__((visibility("hidden"))) void *shim_real(const char *n) {{ if (!h) h = dlopen_g("{'libm.so.6' if so == 'libm.so' else 'libc.so.6'}", 2); return dlsym_g(h, n); }}
__attribute__((constructor)) static void fill(void) {{ for (int i = 0; shim_names[i]; i++) shim_tbl[i] = shim_real(shim_names[i]); }}
''')
    ver = out / (so + ".map"); ver.write_text("LIBC { global: *; local: shim_*; };\n")
    src = [str(out / (so + x)) for x in (".s", ".c")] + ([str(here / "bionic.c")] if so == "libc.so" else [])
    objs = []
    for s in src: o = str(out / (Path(s).name + ".o")); run(*CC, "-c", s, "-o", o); objs.append(o)
    run("ld.lld-19", "-shared", "-soname", so, "--version-script", str(ver), "-Bsymbolic", *objs, L + "libc.so.6", *([L + "libm.so.6"] if so == "libm.so" else []), "-o", str(out / so))
(out / "log.c").write_text('extern int dprintf(int, const char *, ...); extern int vdprintf(int, const char *, __builtin_va_list);\nint __android_log_write(int p, const char *t, const char *m) { return dprintf(2, "log %d %s: %s\\n", p, t, m); }\nint __android_log_print(int p, const char *t, const char *f, ...) { __builtin_va_list a; __builtin_va_start(a, f); dprintf(2, "log %d %s: ", p, t); int r = vdprintf(2, f, a); dprintf(2, "\\n"); __builtin_va_end(a); return r; }\n')
run(*CC, "-shared", "-nostdlib", "-fuse-ld=lld-19", "-Wl,-soname,liblog.so", str(out / "log.c"), L + "libc.so.6", "-o", str(out / "liblog.so"))
run(*CC, "-shared", "-nostdlib", "-fuse-ld=lld-19", "-Wl,-soname,libguard.so", str(here / "guard.c"), L + "libc.so.6", "-o", str(out / "libguard.so"))
