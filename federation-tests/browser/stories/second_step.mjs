// Somebody switches the second step on with the key from the page, and logs in with a code.

import { isAccessible, logOut, says, signUp, visitor } from "../browser.mjs";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

export const scripts = [true, false];

/** The code of a key, as an authenticator shows it (RFC 6238, RFC 4648 base32). `steps` later than now. */
function code(key, steps = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll(" ", "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", bytes).update(count).digest();
  const number = mac.readUInt32BE(mac[mac.length - 1] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

export async function story({ browser, nodes: { acme }, script, nth }) {
  const { page, leave } = await visitor(browser, acme, { script });
  const { username, password } = await signUp(page, `careful${nth}`);
  await page.goto("/settings/second_factor");
  await page.fill("#password", "not my password");
  await page.click("main form button");
  await says(page, "#password-wrong", "not your password");
  await page.fill("#password", password);
  await page.click("main form button");
  await page.waitForSelector(".qr svg");
  if (script) await isAccessible(page);
  const key = await page.textContent(".address code");
  await page.fill("#code", code(key));
  await page.click("main form button");
  const codes = await page.locator(".codes code").allTextContents();
  assert(codes.length > 4);
  await logOut(page);

  await page.goto("/login");
  await page.fill("#login", username);
  await page.fill("#password", password);
  await page.click("main form button");
  await page.fill("#code", "000000");
  await page.click("main form button");
  await says(page, "#code-wrong", "not right");
  await page.fill("#code", codes[0]);
  await page.click("main form button");
  await says(page, "form[action='/logout']", username);
  await leave();
}
