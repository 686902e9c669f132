// Forms are sent by a double click, gone back to, and loaded again: nothing is done twice.

import { signUp, visitor } from "../browser.mjs";
import { WORDS, eventually, fill, posts, press } from "../doing.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

/** How many posts of somebody say this, for everybody. */
async function said({ url }, username, words) {
  const { id } = await (await fetch(`${url}/api/v1/accounts/lookup?acct=${username}`)).json();
  const all = await (await fetch(`${url}/api/v1/accounts/${id}/statuses?limit=40`)).json();
  return all.filter(({ content }) => content.includes(words)).length;
}

export async function story({ browser, nodes: { acme }, script, nth }) {
  const { page, leave } = await visitor(browser, acme, { script });
  const { username } = await signUp(page, `hasty${nth}`);
  const words = `Said once ${nth}.`;
  const once = async (when) => assert.equal(await said(acme, username, words), 1, when);

  await page.goto("/write");
  // without a script a page that took a file lies between, and the browser asks before it sends that form anew
  const form = await fill(page, { words, goes: /^Everybody ?Everybody/, shows: script ? "What is seen" : "" });
  await form.getByRole("button", { name: "Publish" }).dblclick();
  await posts(page, words).first().waitFor();
  await once("after a double click");
  const there = page.url();
  await page.reload();
  await once("loaded again");
  await page.goBack();
  await page.getByLabel(WORDS).waitFor();
  assert.equal(await page.locator(".restored").count(), 0, "what was published is not offered as unpublished");
  await page.goForward();
  await posts(page, words).first().waitFor();
  assert.equal(page.url(), there);
  await once("after going back and forth");

  const star = page.getByRole("main").getByRole("button", { name: `Favourite the post by ${username}` });
  await star.dblclick();
  await star.and(page.locator("[aria-pressed=true]")).waitFor();
  await page.reload();
  assert.equal(await star.getAttribute("aria-pressed"), "true", "a double click on the star favours");

  // a form that is refused, loaded again and gone back to
  await page.goto("/write");
  await press(page, "Publish");
  await page.locator("#compose-text-wrong").waitFor();
  await page.goBack();
  await page.getByLabel(WORDS).waitFor();
  assert.equal(await page.locator("#compose-text-wrong").count(), 0);

  await page.goto("/communities/new");
  await page.getByLabel("Title", { exact: true }).fill(`Haste ${nth}`);
  await page.getByLabel("Name in its address").fill(`haste${nth}`);
  await page.getByLabel("What it is for").fill("What is done twice.");
  await page.getByRole("radio", { name: /^Everybody/ }).check();
  await page.getByRole("radio", { name: /^Open to join/ }).check();
  await page.getByRole("button", { name: "Found it" }).dblclick();
  await eventually("the community", async () => {
    const found = await (await fetch(`${acme.url}/api/intermoot/v1/communities/lookup?name=haste${nth}`)).json();
    return found.uri?.endsWith(`/c/haste${nth}`);
  });
  await page.goto("/communities");
  assert.equal(await page.getByRole("region", { name: "Yours" }).getByRole("listitem").filter({ has: page.getByRole("link", { name: `Haste ${nth}`, exact: true }) }).count(), 1);
  await leave();
}
