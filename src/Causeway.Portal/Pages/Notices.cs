using Causeway.Client;
using Causeway.Contracts.Operations;
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
    /// <param name="issuer">The issuer at which one can sign in; null for none.</param>
    /// <param name="leave">Where who has just signed out signs out at the issuer too.</param>
    /// <param name="reason">What was said of the problem by whom it was at, in English; null for nothing.</param>
    public static Page SignIn(Look look, string? problem, string? issuer, string? leave = null, string? reason = null) =>
        new(
            look.Words["portal sign in"],
            null,
            [
                new Fragment(
                    "signin",
                    [],
                    () =>
                        Task.FromResult(
                            Show.Of<Commands>(
                                (nameof(Commands.Words), look.Words),
                                (nameof(Commands.Problem), problem),
                                (nameof(Commands.Reason), reason),
                                (nameof(Commands.Issuer), issuer),
                                (
                                    nameof(Commands.To),
                                    look.Here.StartsWith("/portal/signin", StringComparison.Ordinal) ? "/portal/" : look.Here
                                ),
                                (nameof(Commands.Leave), leave)
                            )
                        )
                ),
            ]
        );

    /// <summary>Asks whoever followed a link whether they want to be signed in as its bearer.</summary>
    /// <param name="places">What people call the places where their roles count, by scope.</param>
    public static Page SignInAs(Look look, MeBody who, string code, IReadOnlyDictionary<string, string> places) =>
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
                                (nameof(Components.SignInAs.Who), who),
                                (nameof(Components.SignInAs.Places), places),
                                (nameof(Components.SignInAs.Code), code)
                            )
                        )
                ),
            ]
        );

    /// <summary>Said to who has just signed in, until their browser has gone on.</summary>
    public static Page SignedIn(Look look, MeBody who, string to) =>
        new(
            look.Words["portal sign in"],
            null,
            [
                new Fragment(
                    "signedin",
                    [],
                    () =>
                        Task.FromResult(
                            Show.All(
                                Show.Of<Notice>((nameof(Notice.Text), look.Words["portal signed in", who.Name])),
                                Show.Acts([(look.Words["portal go on"], to)])
                            )
                        )
                ),
            ]
        );

    /// <summary>What is wrong in the words of the page, of what many will get wrong; null for the API's own.</summary>
    private static string? SaidOf(Look look, ClientException e) =>
        (e as ArmException)?.Code switch
        {
            "AuthorizationKeyRequired" => look.Words["portal key required"],
            "InvalidAuthorizationKey" => look.Words["portal key invalid"],
            "AuthorizationKeyInUse" => look.Words["portal key in use"],
            _ => null,
        };

    /// <summary>What the API said: its words, its code, and who acts next where we know.</summary>
    public static RenderFragment Refused(Look look, ClientException e) =>
        look.IsShared
            ? Show.Of<Notice>((nameof(Notice.Text), look.Words["portal shared refused"]), (nameof(Notice.Tone), "bad"))
            : Show.Of<Notice>(
                (nameof(Notice.Text), SaidOf(look, e) ?? e.Message),
                (nameof(Notice.Lang), look.Words.Language == "en" || SaidOf(look, e) is not null ? null : "en"),
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
