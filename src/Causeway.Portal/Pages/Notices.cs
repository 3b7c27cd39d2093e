using Causeway.Client;
using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>Pages and fragments that say one thing: where to sign in, what went wrong and who acts next.</summary>
internal static class Notices
{
    public static Page Page(string title, string text) =>
        new(title, null, [new Fragment("notice", [], () => Task.FromResult(Show.Of<Notice>((nameof(Notice.Text), text))))]);

    public static Page Problem(Look look, ClientException e) =>
        new(look.Words["portal problem"], null, [new Fragment("notice", [], () => Task.FromResult(Refused(look, e)))]);

    /// <param name="problem">Why the viewer is not signed in by now; null where they did not try.</param>
    public static Page SignIn(Look look, string? problem) =>
        new(
            look.Words["portal sign in"],
            null,
            [
                new Fragment(
                    "signin",
                    [],
                    () => Task.FromResult(Show.Of<Commands>((nameof(Commands.Words), look.Words), (nameof(Commands.Problem), problem)))
                ),
            ]
        );

    /// <summary>Asks whoever followed a link whether they want to be signed in as its bearer.</summary>
    public static Page SignInAs(Look look, string name, string code) =>
        new(
            look.Words["portal sign in"],
            null,
            [
                new Fragment(
                    "signin",
                    [],
                    () =>
                        Task.FromResult(
                            Show.Of<SignInAs>(
                                (nameof(Components.SignInAs.Words), look.Words),
                                (nameof(Components.SignInAs.Name), name),
                                (nameof(Components.SignInAs.Code), code)
                            )
                        )
                ),
            ]
        );

    /// <summary>What the API said: its words, its code, and who acts next where we know.</summary>
    public static RenderFragment Refused(Look look, ClientException e) =>
        Show.Of<Notice>(
            (nameof(Notice.Text), e.Message),
            (nameof(Notice.Tone), "bad"),
            (nameof(Notice.Code), (e as ArmException)?.Code),
            (nameof(Notice.Details), ((e as ArmException)?.Details ?? []).Select(d => d.Message).ToArray()),
            (
                nameof(Notice.ActsNext),
                e is ArmException { Code: var code } && look.Words.Has($"error {code}")
                    ? look.Words["who acts next", look.Words[$"error {code}"]]
                    : null
            )
        );
}
