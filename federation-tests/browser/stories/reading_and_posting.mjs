// One person writes, another reads, answers, favourites, boosts and bookmarks it; it is found, changed and deleted.

import { isAccessible, says, signUp, visitor } from "../browser.mjs";
import { comes, eventually, fill, follow, posts, press, write } from "../doing.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

/** Reads what comes home while the page is open: at once when asked for, without a script when it is loaded again. */
async function comesHome(page, words, script) {
  if (!script) return comes(page, "the post", posts(page, words));
  await page.getByRole("status").getByRole("button", { name: "1 new post" }).click();
  return posts(page, words).first();
}

/** Presses a button of a post on its page, and sees that it holds; and after loading the page anew. */
async function acts(page, what, author) {
  const button = page.getByRole("main").getByRole("button", { name: `${what} the post by ${author}` });
  await button.click();
  await button.and(page.locator("[aria-pressed=true]")).waitFor();
  await page.reload();
  assert.equal(await button.getAttribute("aria-pressed"), "true", what);
}

/** Opens the menu of a post. */
const more = (post) => post.locator("summary").filter({ hasText: "More about the post" }).click();

async function changes(page, before, after) {
  const post = posts(page, before).first();
  await more(post);
  await follow(page, "Edit", post);
  await page.getByLabel("What would you like to say?").fill(after);
  await press(page, "Save the changes");
  await posts(page, after).first().waitFor();
  assert.equal(await posts(page, before).count(), 0);
  await follow(page, "edited");
  assert.deepEqual([await posts(page, after).count(), await posts(page, before).count()], [1, 1], "both wordings are kept");
  await follow(page, "Back to the post");
}

async function searches(page, words) {
  await page.goto("/search");
  await page.getByRole("searchbox").fill(words);
  await press(page, "Search");
  await comes(page, "what was searched for", posts(page, words));
  await page.getByRole("searchbox").fill(`${words}nowhere`);
  await press(page, "Search");
  await says(page, "[role=status]", "Nothing was found");
}

export async function story({ browser, nodes: { acme }, script, nth }) {
  const writer = await visitor(browser, acme, { script });
  const reader = await visitor(browser, acme, { script });
  const [by, to] = [await signUp(writer.page, `writer${nth}`), await signUp(reader.page, `reader${nth}`)];
  await reader.page.goto(`/u/${by.username}`);
  await press(reader.page, `Follow ${by.username}`);
  await reader.page.getByRole("button", { name: `Unfollow ${by.username}` }).waitFor();
  await reader.page.goto("/home");
  await says(reader.page, ".empty", "Join a community or follow people");

  const words = `The pipes froze${nth} again.`;
  await writer.page.goto("/home");
  const form = await fill(writer.page, { title: `Frost ${nth}`, words: `**Beware:** ${words}`, goes: /^Everybody ?Everybody/ });
  await press(writer.page, "Preview", form);
  await writer.page.getByRole("region", { name: "How it will look" }).locator("strong", { hasText: "Beware:" }).waitFor();
  if (script) await isAccessible(writer.page);
  await press(writer.page, "Publish");
  await writer.page.getByRole("heading", { level: 1, name: `Frost ${nth}` }).waitFor();

  const post = await comesHome(reader.page, words, script);
  await post.locator("strong", { hasText: "Beware:" }).waitFor();
  await follow(reader.page, `Frost ${nth}`);
  await reader.page.getByRole("heading", { level: 1, name: `Frost ${nth}` }).waitFor();
  const thread = reader.page.url();
  for (const what of ["Favourite", "Boost", "Bookmark"]) await acts(reader.page, what, by.username);
  await write(reader.page, { words: `Wrap them ${nth}.` });
  for (const shelf of ["/bookmarks", "/favourites"]) {
    await reader.page.goto(shelf);
    await says(reader.page, "article", words);
  }

  await writer.page.goto("/notifications");
  for (const told of [`Your post is a favourite of ${to.username}`, `Your post was boosted by ${to.username}`, `${to.username} mentioned you`]) {
    await comes(writer.page, "the notification", writer.page.getByRole("heading", { name: told }));
  }
  await press(writer.page, "Mark all as read");
  await eventually("that all is read", async () => (await writer.page.locator("article.new").count()) === 0);
  await follow(writer.page, new RegExp(`Frost ${nth}|${words}`));
  await changes(writer.page, words, `The pipes froze${nth} in the hall.`);
  await searches(reader.page, `froze${nth}`);

  await reader.page.goto("/notifications");
  await comes(reader.page, "the notification", reader.page.getByRole("heading", { name: `${by.username} edited a post that you answered or boosted` }));
  await reader.page.goto(`/u/${to.username}?show=answers`);
  const answer = posts(reader.page, `Wrap them ${nth}.`).first();
  await more(answer);
  await follow(reader.page, "Delete …", answer);
  await press(reader.page, "Delete");
  await reader.page.waitForURL((url) => !url.pathname.endsWith("/delete"));
  await writer.page.goto(thread);
  await says(writer.page, "article", `froze${nth} in the hall`);
  assert.equal(await posts(writer.page, `Wrap them ${nth}.`).count(), 0, "the answer is gone");
  await writer.leave();
  await reader.leave();
}
