// Somebody says who they are, with a picture, and others see it; takes the picture away again.

import { isAccessible, says, signUp, visitor } from "../browser.mjs";
import { picture } from "../picture.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

export async function story({ browser, nodes: { acme }, script, nth }) {
  const { page, leave } = await visitor(browser, acme, { script });
  const { username } = await signUp(page, `painter${nth}`);
  await page.goto("/settings/profile");
  await page.fill("#display_name", "Paula <b>Painter</b>");
  await page.fill("#note", "x".repeat(501));
  await page.check("[name=locked]");
  await page.click("main form[enctype] button");
  await says(page, "#note-wrong", "too long");
  assert.equal(await page.inputValue("#display_name"), "Paula <b>Painter</b>", "what was typed stays");
  assert(await page.isChecked("[name=locked]"));

  await page.fill("#note", "Paints valves.\nAnd pipes.");
  await page.fill("[name=field_name] >> nth=0", "Colours");
  await page.fill("[name=field_value] >> nth=0", "red, blue");
  await page.setInputFiles("#avatar", { name: "me.png", mimeType: "image/png", buffer: picture(64, 64) });
  await page.setInputFiles("#header", { name: "no picture.png", mimeType: "image/png", buffer: Buffer.from("this is no picture") });
  await page.click("main form[enctype] button");
  await page.waitForSelector("#header-wrong");
  assert.equal(await page.locator(".portrait").count(), 0, "nothing is kept of a form that was refused");

  await page.setInputFiles("#avatar", { name: "me.png", mimeType: "image/png", buffer: picture(64, 64) });
  await page.setInputFiles("#header", { name: "above.png", mimeType: "image/png", buffer: picture(120, 40) });
  await page.click("main form[enctype] button");
  await says(page, "[role=status]", "changed");
  await page.waitForSelector(".portrait");
  assert.equal(await page.locator(".banner").count(), 1);
  assert.equal(await page.inputValue("#note"), "Paints valves.\nAnd pipes.");
  assert.equal(await page.inputValue("[name=field_value] >> nth=0"), "red, blue");
  if (script) await isAccessible(page);

  const seen = await (await fetch(`${acme.url}/api/v1/accounts/lookup?acct=${username}`)).json();
  assert.match(seen.avatar, /\/media\//);
  assert.deepEqual([seen.locked, seen.display_name, seen.fields[0].name], [true, "Paula <b>Painter</b>", "Colours"]);

  const stranger = await visitor(browser, acme, { script });
  await stranger.page.goto(`/u/${username}`);
  await says(stranger.page, "h1", "Paula <b>Painter</b>");
  await says(stranger.page, "main", "And pipes.");
  await stranger.leave();

  await page.check("[name=no_avatar]");
  await page.click("main form[enctype] button");
  await says(page, "[role=status]", "changed");
  assert.deepEqual([await page.locator(".portrait").count(), await page.locator(".banner").count()], [0, 1]);
  await leave();
}
