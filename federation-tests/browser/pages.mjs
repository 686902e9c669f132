// The pages that are looked at: by axe-core in the tests, and by people as pictures (`scripts/screenshots`).
//
// A page is a path on the demo's first node, and who looks: a stranger, a member, or the owner. `path` may be worked out
// (`async (world) => …`); `status` is 200 unless it says otherwise. To add one, add a line; its name is the name of the picture.

/** One post of the community that spans the companies, as a path. */
const thread = async ({ node, community }) => {
  const response = await fetch(`${node.url}/api/intermoot/v1/communities/${community.id}/posts`, {
    headers: { authorization: `Bearer ${node.owner.access_token}` },
  });
  const posts = await response.json();
  const post = posts.find(({ replies_count }) => replies_count > 0) ?? posts[0];
  return new URL((post.reblog ?? post).uri).pathname;
};

/** The page on which an app asks to be let in. */
const consent = async ({ node }) => {
  const redirect_uri = "https://client.example/back";
  const asked = { client_name: "Example", redirect_uris: redirect_uri, scopes: "read write follow push", website: "https://client.example" };
  const response = await fetch(`${node.url}/api/v1/apps`, { method: "POST", body: new URLSearchParams(asked) });
  const { client_id } = await response.json();
  return `/oauth/authorize?${new URLSearchParams({ response_type: "code", client_id, redirect_uri, scope: "read write" })}`;
};

export const pages = [
  // for everybody
  { name: "front", path: "/", who: "stranger" },
  { name: "person", path: ({ node }) => `/u/${node.owner.username}`, who: "stranger" },
  { name: "community", path: ({ community }) => `/c/${community.name}`, who: "stranger" },
  { name: "thread", path: thread, who: "stranger" },
  { name: "tag", path: "/tags/valves", who: "stranger" },
  { name: "nothing", path: "/nothing/here", who: "stranger", status: 404 },
  // coming in
  { name: "log-in", path: "/login", who: "stranger" },
  { name: "consent", path: consent, who: "member" },
  // one's own account
  { name: "settings", path: "/settings", who: "member" },
  { name: "settings-profile", path: "/settings/profile", who: "member" },
  { name: "settings-preferences", path: "/settings/preferences", who: "member" },
  { name: "settings-apps", path: "/settings/apps", who: "member" },
  { name: "settings-sessions", path: "/settings/sessions", who: "member" },
  { name: "settings-second-factor", path: "/settings/second_factor", who: "member" },
];
