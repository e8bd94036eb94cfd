import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Finished, start } from "../cli/program.ts";

const nobody = 65_534;

/** A root directory of its own with a shell, name resolution and what is put there: no Node, Python, perl or compiler. */
export interface BareRoot {
  path: (inside: string) => string;
  /** Copies a program of this machine there, with the libraries that ldd(1) lists, under its own path or another. */
  add: (program: string, as?: string) => void;
  /** Copies a file or a directory there. */
  copy: (from: string, to: string) => void;
  /** Runs a line of sh(1) there as an ordinary user with the home /home/user. */
  run: (line: string) => Promise<Finished>;
  remove: () => void;
}

/** Makes one; needs root. */
export function makeBareRoot(): BareRoot {
  const root = mkdtempSync(join(tmpdir(), "portmatrix-bare-"));
  chmodSync(root, 0o755);
  const path = (inside: string) => join(root, inside);
  const put = (from: string, to: string) => {
    mkdirSync(dirname(path(to)), { recursive: true });
    cpSync(realpathSync(from), path(to), { recursive: true });
  };
  const add = (program: string, as = program) => {
    put(program, as);
    const listed = execFileSync("ldd", [program], { encoding: "utf8" });
    for (const [library] of listed.matchAll(/\/\S+\.so\S*/g)) if (!existsSync(path(library))) put(library, library);
  };
  for (const folder of ["tmp", "dev", "proc", "home/user"]) mkdirSync(path(folder), { recursive: true });
  chmodSync(path("tmp"), 0o1777);
  execFileSync("chown", [`${nobody}:${nobody}`, path("home/user")]);
  execFileSync("mknod", ["-m", "666", path("dev/null"), "c", "1", "3"]);
  add("/bin/sh");
  add("/usr/bin/env");
  for (const file of ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl/certs/ca-certificates.crt"]) {
    if (existsSync(file)) put(file, file);
  }
  writeFileSync(path("etc/passwd"), `user:x:${nobody}:${nobody}::/home/user:/bin/sh\n`);
  const run = (line: string) => {
    const enter = ["chroot", `--userspec=${nobody}:${nobody}`, "--groups=", root, "/usr/bin/env", "-i"];
    const variables = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/user", "LANG=C.UTF-8", "CI=true"];
    const certificates = "NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt";
    return start([...enter, ...variables, certificates, "/bin/sh", "-c", `cd /home/user && ${line}`]).finished;
  };
  const remove = () => rmSync(root, { recursive: true, force: true });
  return { path, add, copy: (from, to) => cpSync(from, path(to), { recursive: true }), run, remove };
}
