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
  return `/p/${(post.reblog ?? post).id}`;
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
  { name: "about", path: "/about", who: "stranger" },
  { name: "tag", path: "/tags/valves", who: "stranger" },
  { name: "nothing", path: "/nothing/here", who: "stranger", status: 404 },
  // coming in
  { name: "log-in", path: "/login", who: "stranger" },
  { name: "consent", path: consent, who: "member" },
  // members
  { name: "home", path: "/home", who: "member" },
  { name: "notifications", path: "/notifications", who: "member" },
  { name: "search", path: "/search?q=valves", who: "member" },
  { name: "bookmarks", path: "/bookmarks", who: "member" },
  { name: "favourites", path: "/favourites", who: "member" },
  { name: "lists", path: "/lists", who: "member" },
  { name: "public", path: "/public", who: "member" },
  { name: "write", path: "/write", who: "member" },
  { name: "drafts", path: "/drafts", who: "member" },
  { name: "member-thread", path: thread, who: "member" },
  { name: "member-person", path: ({ node }) => `/u/${node.owner.username}`, who: "member" },
  { name: "communities", path: "/communities", who: "member" },
  { name: "found-community", path: "/communities/new", who: "member" },
  { name: "member-community", path: ({ community }) => `/c/${community.name}`, who: "member" },
  { name: "community-members", path: ({ community }) => `/c/${community.name}/members`, who: "owner" },
  { name: "manage-settings", path: ({ community }) => `/c/${community.name}/manage/settings`, who: "owner" },
  { name: "manage-stage", path: ({ community }) => `/c/${community.name}/manage/stage`, who: "owner" },
  { name: "manage-people", path: ({ community }) => `/c/${community.name}/manage/people`, who: "owner" },
  { name: "moderation", path: "/moderation", who: "owner" },
  // administrators
  { name: "admin", path: "/admin", who: "owner" },
  { name: "admin-start", path: "/admin/start", who: "owner" },
  { name: "admin-people", path: "/admin/people", who: "owner" },
  { name: "admin-partners", path: "/admin/partners", who: "owner" },
  { name: "admin-peers", path: "/admin/peers", who: "owner" },
  { name: "admin-policies", path: "/admin/policies", who: "owner" },
  { name: "admin-announcements", path: "/admin/announcements", who: "owner" },
  { name: "admin-emojis", path: "/admin/emojis", who: "owner" },
  { name: "admin-appearance", path: "/admin/appearance", who: "owner" },
  { name: "admin-audit", path: "/admin/audit", who: "owner" },
  { name: "admin-jobs", path: "/admin/jobs", who: "owner" },
  { name: "admin-storage", path: "/admin/storage", who: "owner" },
  { name: "admin-health", path: "/admin/health", who: "owner" },
  // one's own account
  { name: "settings", path: "/settings", who: "member" },
  { name: "settings-profile", path: "/settings/profile", who: "member" },
  { name: "settings-preferences", path: "/settings/preferences", who: "member" },
  { name: "settings-apps", path: "/settings/apps", who: "member" },
  { name: "settings-sessions", path: "/settings/sessions", who: "member" },
  { name: "settings-second-factor", path: "/settings/second_factor", who: "member" },
];
