using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary>One session as a router's summary tells it.</summary>
/// <param name="State">A number of prefixes when it is established, else the state's name.</param>
internal sealed record SessionLine(string Peering, string Side, string Neighbor, string State, string For)
{
    public bool IsUp => int.TryParse(State, out _);
}

internal sealed record ExplanationLine(bool Fine, string Words);

/// <summary>Whether a circuit can be used, from what the API says of it; pure. The first thing that is missing decides who acts next.</summary>
internal sealed record Explanation(string Verdict, IReadOnlyList<ExplanationLine> Lines, string WhoActsNext, string Try)
{
    public static Explanation Of(JsonNode circuit, IReadOnlyList<SessionLine> sessions, IReadOnlyList<string> links)
    {
        string name = Json.Text(circuit, "name");
        string key = Json.Text(circuit, "properties.serviceKey");
        string provider = Json.Text(circuit, "properties.serviceProviderProperties.serviceProviderName");
        JsonArray peerings = Json.At(circuit, "properties.peerings") as JsonArray ?? [];
        var lines = new List<ExplanationLine>();
        string who = "",
            tryThis = "";

        string ours = Json.Text(circuit, "properties.circuitProvisioningState");
        if (ours == "Enabled")
            Fine("Causeway's side is Enabled.");
        else
            Missing(
                $"Causeway's side is {ours}: an operation is under way.",
                "Causeway; look again in a moment",
                $"causeway circuit show {name}"
            );

        switch (Json.Text(circuit, "properties.serviceProviderProvisioningState"))
        {
            case "Provisioned":
                Fine($"{provider} has provisioned its side.");
                break;
            case "Provisioning":
                Missing(
                    $"{provider} has taken the order and works on it.",
                    $"{provider}, the connectivity provider, who completes provisioning",
                    $"causeway provider provision complete {key}"
                );
                break;
            case "Deprovisioning":
                Missing(
                    $"{provider} is taking its side down; the circuit carries nothing.",
                    $"{provider}, the connectivity provider, who completes deprovisioning",
                    $"causeway provider deprovision complete {key}"
                );
                break;
            default:
                Missing(
                    $"{provider} has not begun: give it the service key {key}.",
                    $"{provider}, the connectivity provider, who takes the order by its service key",
                    $"causeway provider provision start {key}"
                );
                break;
        }

        if (peerings.Count == 0)
            Missing(
                "No peering is configured: nothing is routed.",
                "you, the circuit's owner",
                $"causeway circuit peering create {name} --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30"
            );
        foreach (JsonNode? peering in peerings)
            Peering(Json.Text(peering, "name"), peering);

        if (links.Count > 0)
            Fine($"Linked from this group by {string.Join(", ", links)}.");
        else
            Missing(
                "No network of this group is linked to it.",
                "you, who link a network",
                $"causeway network connection create NAME --gateway GATEWAY --circuit {name}"
            );

        bool carries = sessions.Any(s => s.IsUp);
        string verdict =
            !carries ? $"{name} cannot be used yet."
            : lines.All(l => l.Fine) ? $"{name} is in use: everything is in place."
            : $"{name} carries traffic, but not everything is in place.";
        return new Explanation(verdict, lines, who, tryThis);

        void Fine(string words) => lines.Add(new(true, words));

        void Missing(string words, string actor, string command)
        {
            lines.Add(new(false, words));
            if (who.Length > 0)
                return;
            who = actor;
            tryThis = command;
        }

        void Peering(string type, JsonNode? peering)
        {
            switch (Json.Text(peering, "properties.provisioningState"))
            {
                case "Failed":
                    Missing(
                        $"{type} could not be put on the routers.",
                        "the operator, who looks at the routers",
                        $"causeway circuit journal {name}"
                    );
                    return;
                case "Updating":
                    Missing(
                        $"{type} is on its way to the routers.",
                        "Causeway; look again in a moment",
                        $"causeway circuit peering show {name}"
                    );
                    return;
            }
            if (Json.Text(peering, "properties.state") == "Disabled")
            {
                Missing(
                    $"{type} is disabled: its sessions are held down.",
                    "you, the circuit's owner",
                    $"causeway circuit peering enable {name}"
                );
                return;
            }
            SessionLine[] own = [.. sessions.Where(s => s.Peering == type)];
            if (own.Length == 0)
            {
                Missing(
                    $"{type} is configured, but not on the routers.",
                    "nobody: it goes there when the circuit is provisioned",
                    $"causeway circuit show {name}"
                );
                return;
            }
            foreach (SessionLine session in own)
                if (session.IsUp)
                    Fine(
                        $"{type}, {session.Side}: session with {session.Neighbor} is Established for {session.For}, {session.State} prefixes."
                    );
                else
                    Missing(
                        $"{type}, {session.Side}: session with {session.Neighbor} is {session.State} ({session.For}).",
                        $"whoever runs the customer's router: AS {Json.Text(peering, "properties.peerASN")} at {session.Neighbor}, VLAN {Json.Text(peering, "properties.vlanId")}, towards AS {Json.Text(peering, "properties.azureASN")}",
                        $"causeway circuit sessions {name}"
                    );
        }
    }

    public JsonObject ToJson() =>
        new()
        {
            ["verdict"] = Verdict,
            ["checks"] = new JsonArray([.. Lines.Select(l => (JsonNode)new JsonObject { ["ok"] = l.Fine, ["words"] = l.Words })]),
            ["whoActsNext"] = WhoActsNext,
            ["try"] = Try,
        };
}
