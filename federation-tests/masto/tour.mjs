// masto.js, unmodified, over REST and WebSocket: what web clients (Phanpy, Elk) do.
//
//     tour.mjs BASE TOKEN NAME TOKEN NAME
//
// BASE is a URL that this machine resolves; two people who do not know each other live there. One line for each step, then
// `N passed, N failed`; exits 0 only if none failed.

import { createRestAPIClient, createStreamingAPIClient } from "masto";
import WebSocket from "ws";
import assert from "node:assert/strict";

const [base, adaToken, adaName, boToken, boName] = process.argv.slice(2);
const PATIENCE = 20_000;
let passed = 0;
let failed = 0;

async function step(what, deed) {
  try {
    await deed();
    passed += 1;
    console.log(`ok      ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${what}: ${error.stack ?? error}`);
  }
}

const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Subscriptions are not answered, and masto.js takes its time to connect (a second before the first try): does `deed` again until
 * each of `all` has heard something, so that what follows is heard too.
 */
async function attentive(all, deed) {
  const end = Date.now() + PATIENCE;
  while (!all.every((heard) => heard.events.length > 0)) {
    assert.ok(Date.now() < end, `so many came on each: ${all.map((heard) => heard.events.length).join(", ")}`);
    await deed();
    await rest(250);
  }
  assert.ok(!all.some((heard) => heard.events.some((one) => one.event === "error")), "a subscription was refused");
}

/** What comes on a subscription, kept until asked for. */
class Heard {
  events = [];
  waiting = [];

  constructor(subscription) {
    this.subscription = subscription;
    (async () => {
      for await (const event of subscription) {
        this.events.push(event);
        this.waiting.splice(0).forEach((wake) => wake());
      }
    })().catch((error) => this.events.push({ event: "error", payload: error }));
  }

  /** The first that is of this kind and fits; fails after a while. */
  async until(kind, fits) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const at = this.events.findIndex((one) => one.event === kind && fits(one.payload));
      if (at >= 0) return this.events.splice(at, 1)[0];
      const left = end - Date.now();
      if (left <= 0) throw new Error(`no ${kind} came; there was ${JSON.stringify(this.events.map((one) => one.event))}`);
      await new Promise((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, left);
      });
    }
  }
}

const ada = createRestAPIClient({ url: base, accessToken: adaToken });
const bo = createRestAPIClient({ url: base, accessToken: boToken });
let instance, adaMe, boMe, post, boStreaming, adaStreaming, user, tagged, local, notified;

await step("v2.instance.fetch says where streams are", async () => {
  instance = await ada.v2.instance.fetch();
  assert.match(instance.configuration.urls.streaming, /^wss?:\/\//);
  assert.equal((await ada.v1.instance.fetch()).urls.streamingApi, instance.configuration.urls.streaming);
});
await step("v1.accounts.verifyCredentials", async () => {
  [adaMe, boMe] = await Promise.all([ada.v1.accounts.verifyCredentials(), bo.v1.accounts.verifyCredentials()]);
  assert.deepEqual([adaMe.username, boMe.username], [adaName, boName]);
});
await step("v1.accounts.$select(id).follow", async () => {
  assert.equal((await bo.v1.accounts.$select(adaMe.id).follow()).following, true);
});
await step("one socket, token as its protocol, several subscriptions", async () => {
  const streamingApiUrl = instance.configuration.urls.streaming;
  boStreaming = createStreamingAPIClient({ streamingApiUrl, accessToken: boToken, implementation: WebSocket });
  adaStreaming = createStreamingAPIClient({ streamingApiUrl, accessToken: adaToken, implementation: WebSocket });
  user = new Heard(boStreaming.user.subscribe());
  tagged = new Heard(boStreaming.hashtag.subscribe({ tag: "mastofrost" }));
  local = new Heard(boStreaming.public.local.subscribe());
  notified = new Heard(adaStreaming.user.notification.subscribe());
  await attentive([user, tagged, local, notified], async () => {
    const knock = await ada.v1.statuses.create({ status: "Does anybody listen? #mastofrost", visibility: "public" });
    await bo.v1.statuses.$select(knock.id).favourite();
  });
});
await step("statuses.create is an update on each stream", async () => {
  post = await ada.v1.statuses.create({ status: "Frost tonight #mastofrost", visibility: "public" });
  for (const [heard, stream] of [[user, ["user"]], [tagged, ["hashtag", "mastofrost"]], [local, ["public:local"]]]) {
    const event = await heard.until("update", (status) => status.id === post.id);
    assert.deepEqual(event.stream, stream);
    assert.deepEqual([event.payload.account.acct, event.payload.content], [adaName, post.content]);
  }
});
await step("timelines.home.list shows the same", async () => {
  const page = await bo.v1.timelines.home.list({ limit: 5 });
  assert.ok(page.some((status) => status.id === post.id));
});
await step("favourite is a notification", async () => {
  await bo.v1.statuses.$select(post.id).favourite();
  const event = await notified.until("notification", (one) => one.type === "favourite" && one.status.id === post.id);
  assert.equal(event.payload.account.acct, boName);
});
await step("statuses.update is a status.update", async () => {
  await ada.v1.statuses.$select(post.id).update({ status: "Thaw tomorrow #mastofrost" });
  const event = await user.until("status.update", (status) => status.id === post.id);
  assert.match(event.payload.content, /Thaw/);
  assert.equal(event.payload.favourited, true);
});
await step("statuses.remove is a delete", async () => {
  await ada.v1.statuses.$select(post.id).remove();
  for (const heard of [user, local]) {
    await heard.until("delete", (id) => String(id) === post.id);
  }
});
await step("what is not for a reader does not come", async () => {
  const direct = await ada.v1.statuses.create({ status: "Only for me", visibility: "direct" });
  const next = await ada.v1.statuses.create({ status: "For all #mastofrost" });
  await user.until("update", (status) => status.id === next.id);
  assert.ok(![user, tagged, local].some((heard) => heard.events.some((one) => one.payload?.id === direct.id)));
});
await step("after unsubscribing nothing comes", async () => {
  tagged.subscription.unsubscribe();
  // what one socket asks for is done in turn: the other tag is heard only after the end of the first
  const other = new Heard(boStreaming.hashtag.subscribe({ tag: "mastothaw" }));
  await attentive([other], () => ada.v1.statuses.create({ status: "Does anybody still listen? #mastothaw" }));
  tagged.events = [];
  const last = await ada.v1.statuses.create({ status: "Once more #mastofrost" });
  await user.until("update", (status) => status.id === last.id);
  assert.deepEqual(tagged.events, []);
});
boStreaming?.close();
adaStreaming?.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
