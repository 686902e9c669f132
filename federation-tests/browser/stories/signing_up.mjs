// Somebody signs up, is told what is wrong with what they typed, logs in and out, and reads the pages in another language.

import { isAccessible, logIn, logOut, says, visitor } from "../browser.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

export async function story({ browser, nodes: { acme }, script, nth }) {
  const { page, leave } = await visitor(browser, acme, { script });
  const person = { username: `newcomer${nth}`, password: "a long enough horse" };
  await page.goto("/login");
  await page.click("main a[href='/auth/sign_up']");

  await page.fill("#username", "ada");
  await page.fill("#email", `newcomer${nth}@people.example`);
  await page.fill("#password", person.password);
  await page.click("main form button");
  await says(page, "#username-wrong", "taken");
  assert.equal(await page.getAttribute("#username", "aria-invalid"), "true");
  assert.match(await page.getAttribute("#username", "aria-describedby"), /^username-wrong /);
  assert.equal(await page.inputValue("#email"), `newcomer${nth}@people.example`, "what was typed stays");
  assert.equal(await page.inputValue("#password"), "", "but not the password");
  if (script) await isAccessible(page);

  await page.fill("#username", person.username);
  await page.fill("#password", person.password);
  await page.click("main form button");
  await says(page, "form[action='/logout']", person.username);
  await logOut(page);

  await page.goto("/settings/preferences");
  assert.match(page.url(), /\/login\?next=/, "a stranger logs in first");
  await page.fill("#login", person.username);
  await page.fill("#password", "not the password");
  await page.click("main form button");
  await says(page, "[role=alert]", "do not go together");
  assert.equal(await page.inputValue("#login"), person.username);
  await page.fill("#password", person.password);
  await page.click("main form button");
  await page.waitForURL("**/settings/preferences");

  await page.selectOption("#locale", "de");
  await page.fill("#language", "not a language");
  await page.click("main form button");
  await says(page, "#language-wrong", "language tag");
  assert.equal(await page.inputValue("#locale"), "de", "what was chosen stays");
  await page.fill("#language", "de");
  await page.selectOption("#audience", "private");
  await page.click("main form button");
  await says(page, "[role=status]", "gespeichert");
  assert.equal(await page.getAttribute("html", "lang"), "de");
  await page.reload();
  assert.deepEqual([await page.inputValue("#audience"), await page.inputValue("#language")], ["private", "de"]);
  await page.selectOption("#locale", "");
  await page.click("main form button");
  await says(page, "h1", "Preferences");
  await logOut(page);
  await logIn(page, person);
  await leave();
}
