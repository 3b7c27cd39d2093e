using System.Globalization;
using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>Letters to a peer or the operator, in English, Swedish and Dutch: a table of what each message is about. What was said itself stands in it as it was said.</summary>
public static class MessageTemplates
{
    /// <summary>Languages that there are; the first is for whoever asks for another.</summary>
    public static readonly string[] Languages = ["en", "sv", "nl"];

    /// <summary>What a code means, in each of <see cref="Languages"/>.</summary>
    private static readonly Dictionary<string, string[]> s_about = new(StringComparer.Ordinal)
    {
        ["PendingApproval"] = ["your request was received", "din begäran har tagits emot", "uw aanvraag is ontvangen"],
        ["Approve"] =
        [
            "approved: configure your side and say so",
            "godkänd: konfigurera din sida och säg till",
            "goedgekeurd: configureer uw kant en meld het",
        ],
        ["Approved"] =
        [
            "approved: configure your side and say so",
            "godkänd: konfigurera din sida och säg till",
            "goedgekeurd: configureer uw kant en meld het",
        ],
        ["Reject"] = ["not approved", "inte godkänd", "niet goedgekeurd"],
        ["Ask"] = ["the operator asks you something", "operatören frågar dig något", "de operator vraagt u iets"],
        ["Answer"] = ["the peer has answered", "peeren har svarat", "de peer heeft geantwoord"],
        ["Reminder"] =
        [
            "a reminder: your side is not configured yet",
            "påminnelse: din sida är inte konfigurerad än",
            "herinnering: uw kant is nog niet geconfigureerd",
        ],
        ["NotifyReady"] = ["the peer is ready", "peeren är klar", "de peer is gereed"],
        ["Retry"] = ["tried again", "prövas igen", "wordt opnieuw geprobeerd"],
        ["Active"] = ["Active: routes are exchanged", "aktiv: rutter utväxlas", "actief: routes worden uitgewisseld"],
        ["Validating"] =
        [
            "back under DENY ALL: nothing is accepted now",
            "åter under DENY ALL: inget godtas nu",
            "terug onder DENY ALL: niets wordt nu aanvaard",
        ],
        ["ProvisioningFailed"] = ["failed", "misslyckades", "mislukt"],
        ["Suspend"] = ["suspended by the operator", "stoppad av operatören", "opgeschort door de operator"],
        ["Resume"] = ["resumed by the operator", "återupptagen av operatören", "hervat door de operator"],
        ["RequestDeprovision"] = ["the peer wants to leave", "peeren vill lämna", "de peer wil vertrekken"],
        ["Deprovision"] = ["is taken off the routers", "tas bort från routrarna", "wordt van de routers gehaald"],
        ["ProofEnding"] =
        [
            "routes of yours are registered no more",
            "några av dina rutter är inte längre registrerade",
            "routes van u zijn niet meer geregistreerd",
        ],
        ["RecordGone"] =
        [
            "PeeringDB does not have you at the exchange any more",
            "PeeringDB har dig inte längre vid knutpunkten",
            "PeeringDB heeft u niet meer op het knooppunt",
        ],
        ["Gone"] = ["the peering is gone", "peeringen är borta", "de peering is weg"],
    };

    private static readonly string[] s_body =
    [
        "Peering {0} with AS{1}: {2}.\r\n\r\nConnections: {3}\r\nAt: {4}\r\nSaid by {5}:\r\n\r\n    {6}\r\n\r\nEverything that was said: causeway peering messages {0}\r\nWho acts next: causeway peering checks {0}\r\n",
        "Peering {0} med AS{1}: {2}.\r\n\r\nAnslutningar: {3}\r\nTid: {4}\r\nSagt av {5}:\r\n\r\n    {6}\r\n\r\nAllt som har sagts: causeway peering messages {0}\r\nVem som gör nästa steg: causeway peering checks {0}\r\n",
        "Peering {0} met AS{1}: {2}.\r\n\r\nVerbindingen: {3}\r\nTijd: {4}\r\nGezegd door {5}:\r\n\r\n    {6}\r\n\r\nAlles wat is gezegd: causeway peering messages {0}\r\nWie de volgende stap zet: causeway peering checks {0}\r\n",
    ];

    private static readonly string[] s_all = ["all", "alla", "alle"];

    /// <summary>Codes that have a letter of their own; another one's is its name.</summary>
    public static IEnumerable<string> Codes => s_about.Keys;

    /// <param name="ours">Our ASN.</param>
    /// <param name="language">One of <see cref="Languages"/>; another is English.</param>
    public static (string Subject, string Body) Of(Notice notice, Asn ours, string language)
    {
        int at = Math.Max(0, Array.IndexOf(Languages, language));
        string about = s_about.TryGetValue(notice.Code, out string[]? words) ? words[at] : notice.Code;
        return (
            $"[AS{ours}] AS{notice.PeerAsn} {notice.Peering.Name}: {about}",
            string.Format(
                CultureInfo.InvariantCulture,
                s_body[at],
                notice.Peering.Name,
                ours,
                about,
                notice.Connections.IsDefaultOrEmpty ? s_all[at] : string.Join(", ", notice.Connections),
                notice.At.ToString("u", CultureInfo.InvariantCulture),
                notice.By,
                notice.Text.ReplaceLineEndings("\r\n    ")
            )
        );
    }
}
