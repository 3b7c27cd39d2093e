using System.Net.Http.Headers;
using Causeway.Client;
using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Everything that can be done here. Whether one may, the API says.</summary>
internal static class AllActs
{
    /// <summary>The field of a form in which the ETag goes out and comes back.</summary>
    public const string IfMatch = "if-match";

    /// <summary>What stands there where nothing was when the form was opened.</summary>
    public const string Absent = "absent";

    private static readonly Dictionary<string, Func<Asked, string, Task<Act>>> All = new()
    {
        ["group"] = CircuitActs.GroupAsync,
        ["order"] = CircuitActs.OrderAsync,
        ["configure"] = CircuitActs.ConfigureAsync,
        ["configure-public"] = CircuitActs.ConfigurePublicAsync,
        ["prefixes"] = CircuitActs.PrefixesAsync,
        ["link"] = CircuitActs.LinkAsync,
        ["network"] = NetworkActs.NetworkAsync,
        ["gateway"] = NetworkActs.GatewayAsync,
        ["resize"] = OwnerActs.ResizeAsync,
        ["authorize"] = (a, on) => Task.FromResult(OwnerActs.Authorize(a, on)),
        ["filter"] = OwnerActs.FilterAsync,
        ["rule"] = OwnerActs.RuleAsync,
        ["attach-filter"] = OwnerActs.AttachFilterAsync,
        ["delete"] = DeleteActs.DeleteAsync,
        ["move"] = ProviderActs.MoveAsync,
        ["asn"] = PeerActs.AsnAsync,
        ["request"] = PeerActs.RequestAsync,
        ["ready"] = (a, on) => Task.FromResult(PeerActs.Say(a, on, "ready", "notifyReady")),
        ["retry"] = (a, on) => Task.FromResult(PeerActs.Say(a, on, "retry", "retry")),
        ["answer"] = (a, on) => Task.FromResult(PeerActs.Say(a, on, "answer", "answer", isTextNeeded: true)),
        ["leave"] = (a, on) => Task.FromResult(PeerActs.Say(a, on, "leave", "requestDeprovision")),
        ["approve"] = (a, on) => Task.FromResult(OperatorActs.Decide(a, on, "approve", isReasonNeeded: false)),
        ["reject"] = (a, on) => Task.FromResult(OperatorActs.Decide(a, on, "reject", isReasonNeeded: true)),
        ["ask"] = (a, on) => Task.FromResult(OperatorActs.Decide(a, on, "ask", isReasonNeeded: true)),
        ["deprovision"] = (a, on) => Task.FromResult(OperatorActs.Act(a, on, "deprovision", isReasonNeeded: false)),
        ["suspend"] = (a, on) => Task.FromResult(OperatorActs.Act(a, on, "suspend", isReasonNeeded: true)),
        ["resume"] = (a, on) => Task.FromResult(OperatorActs.Act(a, on, "resume", isReasonNeeded: false)),
        ["accept"] = OperatorActs.AcceptAsync,
        ["ticket"] = TicketActs.OpenAsync,
        ["say"] = (a, on) => Task.FromResult(TicketActs.Say(a, on)),
        ["attach"] = TicketActs.AttachAsync,
        ["close"] = (a, on) => Task.FromResult(TicketActs.Close(a, on)),
        ["reopen"] = (a, on) => Task.FromResult(TicketActs.Reopen(a, on)),
    };

    /// <summary>The page of an act; null when there is none of that name.</summary>
    /// <param name="done">Where to go on to, once it is done.</param>
    public static async Task<(Page? Page, string? Done)> RunAsync(Asked asked, string name, bool isPost)
    {
        string on = asked.Http.Request.Query["on"].ToString();
        if (!All.TryGetValue(name, out Func<Asked, string, Task<Act>>? make) || (on.Length > 0 && !Template.IsId(on)))
            return (null, null);
        Act act;
        try
        {
            act = await make(asked, on);
        }
        catch (ClientException e)
        {
            return (Notices.Problem(asked.Look, e), null);
        }
        ClientException? problem = null;
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
            try
            {
                return (null, await act.DoAsync(asked.Client, form.Files, asked.Cancellation));
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
                            Show.Acts([(first.Text, first.Path)])
                        )
                        : Show.Of<ActForm>(
                            (nameof(ActForm.Words), asked.Words),
                            (nameof(ActForm.Act), act),
                            (nameof(ActForm.FormKey), asked.Look.Session!.FormKey),
                            (nameof(ActForm.Problem), Problem())
                        )
                )
        );
        RenderFragment? Problem() =>
            problem switch
            {
                null => null,
                ArmException { Status: 412, Code: var code } => Show.Of<Notice>(
                    (nameof(Notice.Text), asked.Words[act.Creates ? "portal exists already" : "portal changed meanwhile"]),
                    (nameof(Notice.Tone), "bad"),
                    (nameof(Notice.Code), code)
                ),
                _ => Notices.Refused(asked.Look, problem),
            };

        return (new Page(act.Title, act.Side, [fragment]) { Above = on.Length > 0 ? [(Ids.NameOf(on), Cell.PathOf(on))] : [] }, null);
    }

    /// <summary>The names of all acts.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The path of an act's page.</summary>
    public static string PathOf(string name, string on = "") =>
        on.Length == 0 ? $"/portal/do/{name}" : $"/portal/do/{name}?on={Uri.EscapeDataString(on)}";
}
