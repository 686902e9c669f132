// Two companies become partners on their administrators' pages; what one opens the other's people join; somebody leaves.

import { isAccessible, says, visitor } from "../browser.mjs";
import { comes, done, enters, eventually, follow, found, lookUp, posts, press, write } from "../doing.mjs";
import assert from "node:assert/strict";

export const scripts = [true, false];

const host = ({ url }) => new URL(url).host;

/** The owner of a node offers an agreement about communities to another; refuses a host that is none first. */
async function offers(page, to, communities) {
  await page.goto("/admin/partners");
  await follow(page, "Offer an agreement");
  await page.getByRole("textbox", { name: "Communities" }).fill(communities.join("\n"));
  await page.getByLabel("Host of the other node").fill("not a host");
  await press(page, "Sign and send the offer");
  await page.getByRole("alert").first().waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Communities" }).inputValue(), communities.join("\n"), "what was typed stays");
  await page.getByLabel("Host of the other node").fill(to);
  await page.getByLabel("Their people are to us").selectOption("supplier");
  await press(page, "Sign and send the offer");
  await page.getByRole("heading", { name: "Terms", exact: true }).waitFor();
}

/** The other owner reads what is offered and signs it. */
async function approves(page, from) {
  await page.goto("/admin/partners");
  const row = page.getByRole("listitem").filter({ hasText: from }).filter({ hasText: "waits for your answer" });
  await comes(page, "the offer", row);
  await row.getByRole("link", { name: `Read ${from}` }).click();
  await page.getByRole("columnheader", { name: /^Offered by / }).waitFor();
  await press(page, "Approve and sign");
  await page.getByRole("columnheader", { name: "In force: version 1" }).waitFor();
}

/** A community of this node is opened to partners, after what that exposes was read. */
async function opens(page, name) {
  await page.goto(`/c/${name}/manage/stage`);
  await page.getByRole("radio", { name: /^Partners/ }).check();
  await press(page, "Open it");
  await page.getByText("I have read what this exposes").waitFor();
  assert.equal(await page.getByRole("checkbox", { name: "I have read what this exposes" }).getAttribute("aria-invalid"), "true");
  await page.getByRole("checkbox", { name: "I have read what this exposes" }).check();
  await press(page, "Open it");
  await done(page, "The community is open wider now.");
}

/** An administrator makes an account for one of the company's people, who comes in by the link. */
async function hires(browser, page, node, username, script) {
  await page.goto("/admin/people");
  await follow(page, "New person");
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("E-mail address").fill(`${username}@people.example`);
  await page.getByRole("checkbox", { name: /^Works for/ }).check();
  await press(page, "Make the account");
  const link = await page.locator(".address code").textContent();
  const visit = await visitor(browser, node, { script });
  await visit.page.goto(link);
  await press(visit.page, /./);
  await visit.page.waitForSelector("form[action='/logout']");
  return visit;
}

/** Joins a community of a partner under the agreement: nobody decides. */
async function joins(page, address, title) {
  await lookUp(page, address, title);
  await press(page, "Join");
  await comes(page, "the seat", page.getByRole("heading", { name: "You are here as: Member" }));
}

/** Off-boards somebody and waits for the partner's receipt. */
async function offBoards(page, username, script) {
  await page.goto("/admin/people");
  await page.getByLabel("Name or e-mail address, from its beginning").fill(username);
  await press(page, "Find");
  await follow(page, `Open ${username}`);
  await follow(page, "Off-board…");
  await page.getByText("One seat elsewhere ends; told now, and to confirm it with a receipt").waitFor();
  if (script) await isAccessible(page);
  await page.getByLabel("Reason, for the receipt (partners are not told)").fill("a new job");
  await press(page, `Off-board ${username} now`);
  await page.getByRole("heading", { level: 1, name: `${username} has left` }).waitFor();
  await comes(page, "the receipt", page.getByText("1 of 1 confirmed"));
  await says(page, ".badge", "confirmed");
  if (script) await isAccessible(page);
}

/** Ends the agreement, for good. */
async function ends(page, other) {
  await page.goto("/admin/partners");
  await follow(page, `Read ${other}`);
  await page.locator("summary").filter({ hasText: "End for good" }).click();
  await page.getByLabel("Reason, told to the other side").last().fill("The project is over.");
  await press(page, "End for good");
  await done(page, "Done.");
}

export async function story({ browser, nodes: { acme, boltco }, script, nth }) {
  const [plans, parts] = [`plans${nth}`, `parts${nth}`];
  const boss = await enters(browser, acme, acme.boss, { script });
  const bea = await enters(browser, boltco, boltco.bea, { script });
  await found(boss.page, { name: plans, title: `Plans ${nth}`, stage: /^This node/, door: /^Under an agreement/ });
  await found(bea.page, { name: parts, title: `Parts ${nth}`, stage: /^Partners/, door: /^Under an agreement/ });

  await offers(boss.page, host(boltco), [plans, `${boltco.url}/c/${parts}`]);
  await approves(bea.page, host(acme));
  await comes(boss.page, "the signature", boss.page.getByRole("columnheader", { name: "In force: version 1" }));
  if (script) await isAccessible(boss.page);
  await opens(boss.page, plans);

  const bo = await enters(browser, boltco, boltco.bo, { script });
  await boss.page.goto(`/c/${plans}`);
  await write(boss.page, { words: `The plan of week ${nth}.` });
  await joins(bo.page, `${plans}@${host(acme)}`, `Plans ${nth}`);
  await boss.page.goto(`/c/${plans}`);
  await write(boss.page, { words: `The plan of the week after ${nth}.` });
  await bo.page.goto(`/c/${plans}@${host(acme)}`);
  await comes(bo.page, "the plan", posts(bo.page, `The plan of the week after ${nth}.`));
  assert.equal(await posts(bo.page, `The plan of week ${nth}.`).count(), 0, "what was written before the agreement stays");
  await write(bo.page, { words: `We deliver on Friday ${nth}.` });
  await boss.page.goto(`/c/${plans}`);
  await comes(boss.page, "the answer", posts(boss.page, `We deliver on Friday ${nth}.`));

  const leaver = await hires(browser, boss.page, acme, `leaver${nth}`, script);
  await joins(leaver.page, `${parts}@${host(boltco)}`, `Parts ${nth}`);
  await write(leaver.page, { words: `A word before I go ${nth}.` });
  await bea.page.goto(`/c/${parts}/members`);
  await comes(bea.page, "the seat", bea.page.getByRole("listitem").filter({ hasText: `leaver${nth}` }));
  await bea.page.goto(`/c/${parts}`);
  await comes(bea.page, "the post", posts(bea.page, `A word before I go ${nth}.`));

  await offBoards(boss.page, `leaver${nth}`, script);
  await leaver.page.goto("/home");
  await says(leaver.page, "label", "Password");
  await bea.page.goto(`/c/${parts}/members`);
  await eventually("the end of the seat", async () => {
    await bea.page.reload();
    return !(await bea.page.getByRole("main").innerText()).includes(`leaver${nth}`);
  });
  await bea.page.goto(`/c/${parts}`);
  await says(bea.page, "article", `A word before I go ${nth}.`);
  await leaver.leave();

  await ends(boss.page, host(boltco));
  await bo.page.goto(`/c/${plans}@${host(acme)}`);
  await eventually("the end of what was shared", async () => {
    await bo.page.reload();
    return (await posts(bo.page, `The plan of the week after ${nth}.`).count()) === 0;
  });
  await says(bo.page, "main", "is no longer in force");
  for (const visit of [boss, bea, bo]) await visit.leave();
}
