// The three companies of `intermoot demo`, run for as long as a program needs them.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Whether nobody listens on a port of this machine. */
const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

async function threeFree() {
  for (let tries = 0; tries < 200; tries += 1) {
    const first = 20_000 + 3 * Math.floor(Math.random() * 4_000);
    if ((await Promise.all([first, first + 1, first + 2].map(isFree))).every(Boolean)) return first;
  }
  throw new Error("no three free ports in a row");
}

/** Starts the demo of a binary: what its pages need to know, and `end`. */
export async function demo(binary) {
  const folder = mkdtempSync(join(tmpdir(), "intermoot-demo-"));
  const port = String(await threeFree());
  const child = spawn(binary, ["demo", "--json", "--dir", folder, "--first-port", port], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (data) => (said = (said + data).slice(-4000)));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const end = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ended.then((code) => Promise.reject(new Error(`the demo ended (${code}): ${said}`))),
  ]);
  const { nodes } = JSON.parse(line);
  const [node] = nodes;
  return { nodes, node, community: node.communities[0], owner: node.owner, member: node.people[0], end };
}

/** Where a page is, in this demo. */
export const placeOf = async (page, world) => (typeof page.path === "function" ? page.path(world) : page.path);
