// A form is sent after its writer was logged out, and one from before the last log-in: nothing is done, and nothing typed is lost.

import { isAccessible, logIn, logOut, says, signUp, visitor } from "../browser.mjs";
import { WORDS, fill, posts, press } from "../doing.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

export async function story({ browser, nodes: { acme }, script, nth }) {
  const { page, context, leave } = await visitor(browser, acme, { script });
  const person = await signUp(page, `absent${nth}`);
  const other = await context.newPage();
  const isChosen = () => page.getByRole("radio", { name: /^My followers/ }).isChecked();

  // from before the last log-in
  const stale = { title: `Stale ${nth}`, words: `From before ${nth}.`, goes: /^My followers/ };
  await page.goto("/write");
  await fill(page, stale);
  await other.goto("/home");
  await logOut(other);
  await logIn(other, person);
  await press(page, "Publish");
  await says(page, "[role=alert]", "Look through it, then send it once more");
  assert.deepEqual([await page.getByLabel(WORDS).inputValue(), await isChosen()], [stale.words, true]);
  await press(page, "Publish");
  await posts(page, stale.words).first().waitFor();
  await says(page, "h1", stale.title);

  // logged out meanwhile
  const lost = { title: `Lost ${nth}`, words: `Written with patience ${nth}.`, goes: /^My followers/, shows: "A lost thing" };
  await page.goto("/write");
  await fill(page, lost);
  await other.goto("/home");
  await logOut(other);
  await press(page, "Publish");
  await says(page, "h1", "You are logged out");
  assert.equal(await page.getByLabel("What you wrote").inputValue(), lost.words);
  if (script) await isAccessible(page);
  await press(page, "Go on with it");
  await says(page, "h1", "You are logged out");
  const [entrance] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: "Log in, in a new window" }).click()]);
  await entrance.fill("#login", person.username);
  await entrance.fill("#password", person.password);
  await entrance.click("main form button");
  await entrance.waitForSelector("form[action='/logout']");
  await press(page, "Go on with it");
  await says(page, "[role=alert]", "Look through it, then send it once more");
  assert.deepEqual([await page.getByLabel(WORDS).inputValue(), await isChosen()], [lost.words, true]);
  assert.equal(await page.getByLabel("What it shows").inputValue(), lost.shows);
  await press(page, "Publish");
  await posts(page, lost.words).first().waitFor();
  await says(page, "h1", lost.title);
  assert.equal(await page.getByRole("main").locator(".media img").first().getAttribute("alt"), lost.shows);

  // other forms say plainly that they are too old
  await page.goto("/settings/profile");
  await page.fill("#display_name", "Somebody else");
  await other.goto("/home");
  await logOut(other);
  await logIn(other, person);
  await page.click("main form[enctype] button");
  await says(page, "main", "Go back, reload the page and try again");
  await leave();
}
