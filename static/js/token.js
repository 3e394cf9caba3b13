// A sign-in in another tab makes a form's token old. This takes a fresh one from the page's own address.
//
// Answers true where the form has a fresh token, false where nobody, or somebody else, is signed in there.
export async function freshToken(form) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const account = (within) => within.querySelector('meta[name="account"]')?.content;
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token === undefined || account(page) !== account(document)) return false;
  form.querySelector("[name=csrfmiddlewaretoken]").value = token;
  return true;
}
