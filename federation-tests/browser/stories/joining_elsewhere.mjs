// Somebody new at acme joins a community that lives on boltco, posts a picture there, and reads what boltco answers.

import { isAccessible, says, signUp, visitor } from "../browser.mjs";
import { WORDS, comes, done, enters, follow, found, lookUp, pictures, posts, press, write } from "../doing.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

/** What an open page shows of an answer: with a script it says that one has come, and shows it when asked. */
async function arrives(page, words, script) {
  const answer = posts(page, words);
  if (!script) return comes(page, "the answer", answer);
  const arrived = page.getByRole("status").getByRole("button", { name: "1 new post" });
  await arrived.waitFor();
  assert.equal(await answer.count(), 0, "nothing that one reads moves by itself");
  await arrived.click();
  await answer.waitFor();
  assert.equal(await arrived.count(), 0);
  assert(await answer.evaluate((post) => post === document.activeElement), "whoever asked for it is there");
  return answer;
}

export async function story({ browser, nodes: { acme, boltco }, script, nth }) {
  const [title, name, host] = [`Seals ${nth}`, `seals${nth}`, new URL(boltco.url).host];
  const bea = await enters(browser, boltco, boltco.bea, { script });
  await found(bea.page, { name, title, stage: /^Members anywhere/, door: /^By asking/, question: "Which seals do you make?" });

  const { page, leave } = await visitor(browser, acme, { script });
  const { username } = await signUp(page, `sealer${nth}`);
  await lookUp(page, `${name}@${host}`, title);
  await says(page, "h2", "You are not a member");
  const offered = page.getByLabel(WORDS).or(page.getByRole("main").getByRole("link", { name: "Write", exact: true }));
  assert.equal(await offered.count(), 0, "who is no member is not asked to write here");
  await page.getByLabel("Which seals do you make?").fill("Those of rubber.");
  await press(page, "Ask to join");
  await done(page, "You asked. A moderator decides.");
  if (script) await isAccessible(page);

  await bea.page.goto(`/c/${name}/manage/requests`);
  await comes(bea.page, "the request", bea.page.getByRole("article").filter({ hasText: username }));
  await says(bea.page, "blockquote", "Those of rubber.");
  await press(bea.page, `Admit ${username}`);
  await done(bea.page, "Admitted.");
  await comes(page, "the seat", page.getByRole("heading", { name: "You are here as: Member" }));

  const words = `Batch ${nth} leaks at the seal.`;
  await write(page, { title: "A leak", words, goes: new RegExp(`^${title}`), shows: "A seal with a crack on its left" });
  const thread = posts(page, words).first();
  assert.deepEqual(await pictures(thread), ["A seal with a crack on its left"]);
  await thread.getByText(`Members of ${title}, a community at ${host}`).waitFor();

  await bea.page.goto(`/c/${name}`);
  const read = await comes(bea.page, "the post", posts(bea.page, words));
  assert.deepEqual(await pictures(read), ["A seal with a crack on its left"]);
  await follow(bea.page, "A leak");
  await bea.page.getByRole("heading", { level: 1, name: "A leak" }).waitFor();
  await write(bea.page, { words: "Which torque did you use?" });

  const answer = await arrives(page, "Which torque did you use?", script);
  await answer.getByText("bea", { exact: true }).first().waitFor();
  await page.goto("/notifications");
  await comes(page, "the notification", page.getByRole("article").filter({ hasText: "bea mentioned you" }));
  await leave();
  await bea.leave();

  const stranger = await visitor(browser, boltco, { script });
  await stranger.page.goto(`/c/${name}`);
  assert(!(await stranger.page.getByRole("main").innerText()).includes(words), "only members read it");
  await stranger.leave();
}
