// Tells the stories: `run.mjs NODES [STORY…]`, where NODES is a file with what runs:
//
//     {"nodes":[{"name","url","people":[{"username","password","access_token","role"}]}]}
//
// A story is a file of stories/ that exports
//
//     export const scripts = [true, false];           // tell it with JavaScript, without, or both
//     export async function story({ browser, nodes, script, nth }) { … }
//
// To add one, add a file: whatever is in the folder is told. `nodes.acme` takes whoever signs up; `nodes.acme.boss` owns it and
// `ada` is a member there; `bea` owns `nodes.boltco`, `bo` is a member. `nth` differs between two tellings: for names that must be
// new. What people do on pages is in doing.mjs. One line for each telling, then `N passed, N failed`; exits 0 only if none failed.

import { readFileSync, readdirSync } from "node:fs";
import { launch } from "./browser.mjs";

const [file, ...only] = process.argv.slice(2);
const world = JSON.parse(readFileSync(file, "utf8"));
const nodes = Object.fromEntries(
  world.nodes.map((node) => [node.name, { ...node, ...Object.fromEntries(node.people.map((person) => [person.username, person])) }]),
);
const folder = new URL("stories/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".mjs")).map((name) => name.replace(/\.mjs$/, "")).sort();
const browser = await launch();
let [passed, failed, nth] = [0, 0, 0];
for (const name of names.filter((name) => only.length === 0 || only.includes(name))) {
  const { story, scripts } = await import(new URL(`${name}.mjs`, folder));
  for (const script of scripts) {
    nth += 1;
    const what = `${name.replaceAll("_", " ")}${script ? "" : ", without JavaScript"}`;
    try {
      await story({ browser, nodes, script, nth });
      passed += 1;
      console.log(`ok      ${what}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${what}: ${error.stack ?? error}`);
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
