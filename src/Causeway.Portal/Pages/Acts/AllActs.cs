using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Everything that can be done here. Whether one may, the API says.</summary>
internal static class AllActs
{
    /// <summary>The field of a form in which the ETag goes out and comes back.</summary>
    public const string IfMatch = "if-match";

    /// <summary>What stands there where nothing was when the form was opened.</summary>
    public const string Absent = "absent";

    private const string Circuits = "microsoft.network/expressroutecircuits";
    private const string Orders = "microsoft.network/expressroutecrossconnections";

    /// <summary>What there is, each with what it is for.</summary>
    private static readonly Dictionary<string, KnownAct> All = new()
    {
        ["group"] = new(CircuitActs.GroupAsync) { List = "groups" },
        ["order"] = new(CircuitActs.OrderAsync) { List = "circuits" },
        ["configure"] = new(CircuitActs.ConfigureAsync, Circuits),
        ["configure-public"] = new(CircuitActs.ConfigurePublicAsync, Circuits),
        ["prefixes"] = new(CircuitActs.PrefixesAsync, Circuits),
        ["link"] = new(CircuitActs.LinkAsync, Circuits),
        ["redeem"] = new(CircuitActs.RedeemAsync) { List = "networks" },
        ["network"] = new(NetworkActs.NetworkAsync) { List = "networks" },
        ["gateway"] = new(NetworkActs.GatewayAsync) { List = "networks" },
        ["resize"] = new(OwnerActs.ResizeAsync, Circuits),
        ["authorize"] = new(OwnerActs.Authorize, Circuits),
        ["filter"] = new(OwnerActs.FilterAsync) { List = "filters" },
        ["rule"] = new(OwnerActs.RuleAsync, "microsoft.network/routefilters"),
        ["attach-filter"] = new(OwnerActs.AttachFilterAsync, Circuits),
        ["detach-filter"] = new(OwnerActs.DetachFilterAsync, Circuits) { NotIn = ActStates.WithoutFilterAsync, IsEnding = true },
        ["delete"] = new(DeleteActs.DeleteAsync, DeleteActs.AllTypes) { IsEnding = true },
        ["move"] = new(ProviderActs.MoveAsync, Orders),
        ["asn"] = new(PeerActs.AsnAsync) { List = "asns" },
        ["request"] = new(PeerActs.RequestAsync) { List = "peerings" },
        ["ready"] = new((a, on) => PeerActs.Say(a, on, "ready", "notifyReady"), ActStates.Peerings) { NotIn = ActStates.Of("ready") },
        ["retry"] = new((a, on) => PeerActs.Say(a, on, "retry", "retry"), ActStates.Peerings) { NotIn = ActStates.Of("retry") },
        ["answer"] = new((a, on) => PeerActs.Say(a, on, "answer", "answer", isTextNeeded: true), ActStates.Peerings)
        {
            NotIn = ActStates.WithoutQuestionAsync,
        },
        ["leave"] = new((a, on) => PeerActs.Say(a, on, "leave", "requestDeprovision"), ActStates.Peerings)
        {
            NotIn = ActStates.Of("leave"),
            IsEnding = true,
        },
        ["approve"] = new((a, on) => OperatorActs.Decide(a, on, "approve", isReasonNeeded: false), ActStates.Peerings, ActStates.Asns)
        {
            NotIn = ActStates.Of("approve"),
        },
        ["reject"] = new(
            (a, on) => OperatorActs.Decide(a, on, "reject", isReasonNeeded: true),
            ActStates.Peerings,
            ActStates.Asns,
            ActStates.Tickets
        )
        {
            NotIn = ActStates.Of("reject"),
            IsEnding = true,
        },
        ["ask"] = new((a, on) => OperatorActs.Decide(a, on, "ask", isReasonNeeded: true), ActStates.Peerings)
        {
            NotIn = ActStates.Of("ask"),
        },
        ["deprovision"] = new((a, on) => OperatorActs.Act(a, on, "deprovision", isReasonNeeded: false), ActStates.Peerings)
        {
            NotIn = ActStates.Of("deprovision"),
            IsEnding = true,
        },
        ["suspend"] = new((a, on) => OperatorActs.Act(a, on, "suspend", isReasonNeeded: true), ActStates.Peerings)
        {
            NotIn = ActStates.Of("suspend"),
            IsEnding = true,
        },
        ["resume"] = new((a, on) => OperatorActs.Act(a, on, "resume", isReasonNeeded: false), ActStates.Peerings)
        {
            NotIn = ActStates.Of("resume"),
        },
        ["drain"] = new(RouterActs.Drain, RouterActs.Type) { NotIn = ActStates.DrainedAsync, List = "routers" },
        ["restore"] = new(RouterActs.Restore, RouterActs.Type) { NotIn = ActStates.UndrainedAsync, List = "routers" },
        ["principal"] = new(PrincipalActs.PrincipalAsync) { List = "principals" },
        ["grant"] = new(PrincipalActs.GrantAsync, PrincipalActs.Type) { IsChosen = true, List = "principals" },
        ["accept"] = new(OperatorActs.AcceptAsync, ActStates.Tickets) { NotIn = ActStates.Of("accept") },
        ["ticket"] = new(TicketActs.OpenAsync, Circuits, $"{Circuits}/peerings", Orders, $"{Orders}/peerings", ActStates.Peerings)
        {
            IsChosen = true,
            List = "tickets",
        },
        ["say"] = new(TicketActs.Say, ActStates.Tickets) { NotIn = ActStates.Of("say") },
        ["attach"] = new(TicketActs.AttachAsync, ActStates.Tickets) { NotIn = ActStates.Of("attach") },
        ["close"] = new(TicketActs.Close, ActStates.Tickets) { NotIn = ActStates.Of("close") },
        ["reopen"] = new(TicketActs.Reopen, ActStates.Tickets) { NotIn = ActStates.Of("reopen") },
    };

    /// <summary>The page of an act, with its status; null when there is none of that name.</summary>
    /// <param name="Done">Where to go on to, once it is done.</param>
    public static async Task<(Page? Page, string? Done, int Status)> RunAsync(Asked asked, string name, bool isPost)
    {
        string on = asked.Http.Request.Query["on"].ToString();
        if (!All.TryGetValue(name, out KnownAct? known) || (on.Length > 0 && !Template.IsId(on)))
            return (null, null, 404);
        if (!known.IsFor(on))
            return (Notices.Page(asked.Words["portal not for this"], asked.Words["portal not for this text"]), null, 404);
        string? then = ThenOf(asked.Http.Request);
        Act act;
        try
        {
            // Of what is sent all the same the API says why not, beside what was typed.
            if (!isPost && known.NotIn is { } notIn && await notIn(asked, on) is { } state)
                return (NotNow(asked, on, state), null, 409);
            act = await known.Make(asked, on);
        }
        catch (ClientException e)
        {
            return (Notices.Problem(asked.Look, e), null, e is ArmException refused ? refused.Status : 503);
        }
        string within = asked.Http.Request.Query[In].ToString() is { Length: > 0 } from && Template.IsId(from) ? from : "";
        act = act.Within(within).Choosing(asked.Http.Request.Query[MadeBefore].ToString());
        ClientException? problem = null;
        Field[] missing = [];
        if (isPost)
        {
            var form = await asked.Http.Request.ReadFormAsync(asked.Cancellation);
            // Of what can be chosen several times, nothing is sent where nothing is chosen.
            act = act.With(f =>
                form.TryGetValue(f, out var typed) ? typed.ToString()
                : act.Fields.First(x => x.Name == f).Kind == FieldKind.Many ? ""
                : null
            );
            // By what was looked at when the form was filled in, not by what is there just now; also when it comes back, until it is opened anew.
            string sent = form[IfMatch].ToString();
            act = act with
            {
                IfMatch =
                    sent == Absent ? null
                    : EntityTagHeaderValue.TryParse(sent, out EntityTagHeaderValue? tag) ? tag.ToString()
                    : act.IfMatch,
            };
            // Without it a path would be another's, and what is emptied would stay as it was.
            missing = [.. act.Fields.Where(IsMissing)];
            try
            {
                if (missing.Length == 0)
                {
                    (string leads, string made, JsonNode? answer) = await act.DoAsync(asked.Client, form.Files, asked.Cancellation);
                    return act.Tells is { } tells ? tells(answer) : (null, Chosen(then ?? leads, made), 303);
                }
            }
            // What carries the name of the form that it was sent with is there under that name because it came from there: pressed twice, said once.
            catch (ArmException e) when (e.Status == 412 && act.Creates && act.Fields.Any(f => f.Kind == FieldKind.Hidden))
            {
                return (Said(act.Title, act.Side, on, asked.Words["portal sent already"], (Ids.NameOf(on), Cell.PathOf(on))), null, 412);
            }
            catch (ClientException e)
            {
                problem = e;
            }
        }
        var fragment = new Fragment(
            "form",
            [],
            () =>
                Task.FromResult(
                    act.First is { } first
                        ? Show.All(
                            Show.Of<Notice>((nameof(Notice.Text), first.Says), (nameof(Notice.Tone), "plain")),
                            Show.Acts([
                                (first.Text, IsAct(first.Path) ? With(first.Path, Then, PathOf(name, on, then, within)) : first.Path),
                            ])
                        )
                        : Show.Of<ActForm>(
                            (nameof(ActForm.Words), asked.Words),
                            (nameof(ActForm.Act), act),
                            (nameof(ActForm.FormKey), asked.Look.Session!.FormKey),
                            (nameof(ActForm.Then), then),
                            (nameof(ActForm.Back), then ?? BackOf(known, act, on.Length > 0 ? on : within)),
                            (nameof(ActForm.IsEnding), known.IsEnding),
                            (nameof(ActForm.Problem), Problem())
                        )
                )
        );
        RenderFragment? Problem() =>
            problem switch
            {
                null => missing.Length == 0
                    ? null
                    : Show.Of<Notice>(
                        (nameof(Notice.Text), asked.Words["portal wrong missing", string.Join(", ", missing.Select(f => f.Label))]),
                        (nameof(Notice.Tone), "bad"),
                        (nameof(Notice.Details), missing.Select(f => f.Needed).OfType<string>().Distinct().ToArray())
                    ),
                ArmException { Status: 412, Code: var code } => Show.Of<Notice>(
                    (
                        nameof(Notice.Text),
                        asked.Words[
                            act.Creates && act.Fields.Any(f => f.Name == "name") ? "portal exists already" : "portal changed meanwhile"
                        ]
                    ),
                    (nameof(Notice.Tone), "bad"),
                    (nameof(Notice.Code), code)
                ),
                _ => Notices.Refused(asked.Look, problem),
            };

        return (
            new Page(act.Title, act.Side, [fragment])
            {
                Above = on.Length > 0 && PortalPages.HasPage(on) ? [(Ids.NameOf(on), Cell.PathOf(on))] : [],
            },
            null,
            // A form that comes back says why it was not taken; that somebody was faster, also to the page's script.
            problem is ArmException { Status: 412 }
                ? 412
            : isPost ? 400
            : 200
        );
    }

    /// <summary>Whether a value is needed and was not given. A file comes otherwise, and one may choose nothing where that is a choice.</summary>
    private static bool IsMissing(Field field) =>
        field is { IsOptional: false, Kind: not (FieldKind.File or FieldKind.Hidden) }
        && field.Value.Trim().Length == 0
        && field.Choices.All(c => c.Value.Length > 0);

    /// <summary>Where one is who does not want it after all: where it is begun.</summary>
    private static string BackOf(KnownAct known, Act act, string on) =>
        on.Length > 0 && PortalPages.HasPage(on) ? Cell.PathOf(on)
        : act.Side is null ? "/portal/"
        : PortalPages.ListsOf(act.Side).Contains(known.List) ? $"/portal/{act.Side}/{known.List}"
        : $"/portal/{act.Side}";

    /// <summary>Said of a thing in a state that an act is not for, with the way to what can be done with it.</summary>
    private static Page NotNow(Asked asked, string on, string state) =>
        Said(
            asked.Words["portal not now"],
            null,
            "",
            asked.Words["portal not now text", Ids.NameOf(on), state],
            (Ids.NameOf(on), Cell.PathOf(on))
        );

    /// <summary>A page that says one thing instead of asking anything, with the way on.</summary>
    private static Page Said(string title, string? side, string on, string says, (string Text, string Path) way) =>
        new(
            title,
            side,
            [new Fragment("notice", [], () => Task.FromResult(Show.All(Show.Of<Notice>((nameof(Notice.Text), says)), Show.Acts([way]))))]
        )
        {
            Above = on.Length > 0 ? [(Ids.NameOf(on), Cell.PathOf(on))] : [],
        };

    /// <summary>In the query of a form: what it was opened from.</summary>
    private const string In = "in";

    /// <summary>In the query of a form: the form that one came from, and comes back to.</summary>
    private const string Then = "then";

    /// <summary>In the query of a form that one comes back to: what was made meanwhile, which is chosen.</summary>
    private const string MadeBefore = "made";

    private static string? ThenOf(HttpRequest request) =>
        request.Query[Then].ToString() is { Length: > 0 } then && Look.Within(then) == then && IsAct(then) ? then : null;

    private static string Chosen(string leads, string made) => IsAct(leads) ? With(leads, MadeBefore, made) : leads;

    private const string Folder = "/portal/do/";

    /// <summary>Whether a path leads to the form of an act, and nowhere else.</summary>
    private static bool IsAct(string path) =>
        path.StartsWith(Folder, StringComparison.Ordinal) && All.ContainsKey(path[Folder.Length..].Split('?')[0]);

    private static string With(string path, string name, string value) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";

    public static KnownAct Of(string name) => All[name];

    /// <summary>The names of all acts.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Whether what an act of a path does takes something away.</summary>
    public static bool IsEnding(string path) => IsAct(path) && All[path[Folder.Length..].Split('?')[0]].IsEnding;

    /// <summary>The path of an act's page.</summary>
    /// <param name="then">The form that one comes back to; null for what the act itself leads to.</param>
    /// <param name="within">What it is opened from, whose group and subscription are chosen; empty for none.</param>
    public static string PathOf(string name, string on = "", string? then = null, string within = "")
    {
        string path = on.Length == 0 ? $"/portal/do/{name}" : $"/portal/do/{name}?on={Uri.EscapeDataString(on)}";
        if (within.Length > 0)
            path = With(path, In, within);
        return then is null ? path : With(path, Then, then);
    }
}
