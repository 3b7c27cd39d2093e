using System.Text.Json.Nodes;
using Causeway.Contracts.Circuits;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>
/// What a routing domain of a circuit needs, as it is now: IPv4, IPv6, or both. What both families have alike is asked once; where they differ, each is asked for its own, so that
/// nobody who changes one changes the other.
/// </summary>
/// <param name="Old">As it is; null while there is none.</param>
/// <param name="Declares">Whether it declares prefixes, as Microsoft peering does.</param>
internal sealed record DomainForm(
    Asked Asked,
    JsonNode? Old,
    bool Declares,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Taken,
    LinkSpaceBody Links
)
{
    private const string Config = "microsoftPeeringConfig";

    private JsonNode? Four => Old?["properties"];

    private JsonNode? Six => Old?["properties"]?["ipv6PeeringConfig"];

    /// <summary>Whether it has IPv4, or is yet to have it.</summary>
    private bool HasFour => Old is null || Four?["primaryPeerAddressPrefix"] is not null;

    /// <summary>Whether it has IPv4 that stays: the API leaves what is not sent as it is.</summary>
    private bool KeepsFour => Old is not null && HasFour;

    /// <summary>The field from which IPv6 takes what IPv4 has too.</summary>
    private string SixOf(string field, Func<JsonNode?, string> of) => IsApart(of) ? $"{field}6" : field;

    /// <summary>Whether the families have something each otherwise.</summary>
    private bool IsApart(Func<JsonNode?, string> of) => HasFour && Six is not null && of(Four) != of(Six);

    /// <summary>As it is in one family, or the other.</summary>
    private string Now(Func<JsonNode?, string> of) => of(HasFour ? Four : Six);

    private static string StateOf(JsonNode? family) => family?["state"]?.ToString() ?? "Enabled";

    private static string AsnOf(JsonNode? family) => family?[Config]?["customerASN"]?.ToString() is { } given and not "0" ? given : "";

    private static string RegistryOf(JsonNode? family) => family?[Config]?["routingRegistryName"]?.ToString() ?? "";

    /// <summary>The template of the request's body.</summary>
    public JsonNode Body(string domain)
    {
        var properties = new JsonObject
        {
            ["peeringType"] = domain,
            ["peerASN"] = "{asn:number}",
            ["vlanId"] = "{vlan:number}",
            ["primaryPeerAddressPrefix"] = "{primary?}",
            ["secondaryPeerAddressPrefix"] = "{secondary?}",
            ["state"] = "{state}",
            ["sharedKey"] = "{key?}",
        };
        var six = new JsonObject
        {
            ["?"] = "{primary6}{secondary6}{prefixes6}",
            ["primaryPeerAddressPrefix"] = "{primary6}",
            ["secondaryPeerAddressPrefix"] = "{secondary6}",
            ["state"] = $"{{{SixOf("state", StateOf)}}}",
        };
        if (Declares)
        {
            properties[Config] = Declared("{primary}{secondary}{prefixes}", "prefixes", "customerAsn", "registry");
            six[Config] = Declared(
                "{primary6}{secondary6}{prefixes6}",
                "prefixes6",
                SixOf("customerAsn", AsnOf),
                SixOf("registry", RegistryOf)
            );
        }
        properties["ipv6PeeringConfig"] = six;
        return new JsonObject { ["properties"] = properties };

        static JsonObject Declared(string only, string prefixes, string asn, string registry) =>
            new()
            {
                ["?"] = only,
                ["advertisedPublicPrefixes"] = $"{{{prefixes}:list}}",
                ["customerASN"] = $"{{{asn}:number?}}",
                ["routingRegistryName"] = $"{{{registry}}}",
            };
    }

    /// <summary>The same on the command line.</summary>
    /// <param name="type">As it is called there.</param>
    public IReadOnlyList<Command> Lines(string domain, string type)
    {
        const string Update =
            "az network express-route peering update --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --name";
        string asn = SixOf("customerAsn", AsnOf);
        string registry = SixOf("registry", RegistryOf);
        var lines = new List<Command>();
        // A line says one customer ASN and one registry, for both families.
        if (asn == "customerAsn" && registry == "registry")
            lines.Add(
                $"causeway circuit peering create {{circuit}} --type {type} --peer-asn {{asn}} --vlan {{vlan}} [--primary {{primary}}] [--secondary {{secondary}}] [--primary-v6 {{primary6}}] [--secondary-v6 {{secondary6}}]"
                    + (
                        Declares
                            ? " [--prefixes {prefixes:words}] [--prefixes {prefixes6:words}] [--customer-asn {customerAsn}] --registry {registry}"
                            : ""
                    )
                    + " [--md5-key-file {key:file}]"
            );
        // One that is not said keeps it as it is, and one that is new is Enabled.
        if (!IsApart(StateOf))
        {
            lines.Add(new($"causeway circuit peering disable {{circuit}} --type {type}", ("state", "Disabled")));
            if (Now(StateOf) == "Disabled")
                lines.Add(new($"causeway circuit peering enable {{circuit}} --type {type}", ("state", "Enabled")));
        }
        string create =
            $"az network express-route peering create --circuit-name {{circuit:name}} --resource-group {{circuit:group}} --subscription {{circuit:subscription}} --peering-type {domain} --peer-asn {{asn}} --vlan-id {{vlan}}";
        string four =
            "--primary-peer-subnet {primary} --secondary-peer-subnet {secondary}"
            + (
                Declares
                    ? " --advertised-public-prefixes {prefixes:words} [--customer-asn {customerAsn}] --routing-registry-name {registry}"
                    : ""
            );
        string six =
            "--ip-version ipv6 --primary-peer-subnet {primary6} --secondary-peer-subnet {secondary6}"
            + (
                Declares
                    ? $" --advertised-public-prefixes {{prefixes6:words}} [--customer-asn {{{asn}}}] --routing-registry-name {{{registry}}}"
                    : ""
            );
        lines.Add(new($"{create} {four} [--shared-key {{key}}]", ("primary", Command.Any)));
        // A line says one family: the second is added to what the first made.
        (string, string) isSix = ("primary6", Command.Any);
        if (Old is null)
            lines.Add(new($"{create} {six} [--shared-key {{key}}]", isSix, ("primary", "")));
        lines.Add(Old is null ? new($"{Update} {domain} {six}", isSix, ("primary", Command.Any)) : new($"{Update} {domain} {six}", isSix));
        lines.Add(new($"{Update} {domain} --set state={{state}}", ("state", Now(StateOf) == "Disabled" ? Command.Any : "Disabled")));
        return lines;
    }

    /// <summary>What it asks for.</summary>
    public IReadOnlyList<Field> Fields()
    {
        string[] free =
        [
            .. Enumerable
                .Range(FirstVlan, Vlans)
                .Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Where(v => !Taken["vlan"].ContainsKey(v))
                .Take(FreeVlans),
        ];
        return
        [
            new Field("asn", Asked.Words["column peerAsn"], FieldKind.Number)
            {
                Value = Of(Four, "peerASN"),
                Help = Asked.Words["portal help asn"],
            },
            new Field("vlan", Asked.Words["column vlan"], FieldKind.Number)
            {
                Value = Old is null ? free[0] : Of(Four, "vlanId"),
                Suggested = free,
                Help = Asked.Words["portal help vlan"],
            },
            new Field("primary", Asked.Words["column primarySubnet"])
            {
                IsOptional = !KeepsFour,
                Needed = KeepsFour ? Asked.Words["portal wrong keeps four"] : null,
                Value = Of(Four, "primaryPeerAddressPrefix"),
                Pattern = Subnet,
                Suggested = Links.Primary?.Free ?? [],
                Help = Help(Links.Primary),
            },
            new Field("secondary", Asked.Words["column secondarySubnet"])
            {
                IsOptional = !KeepsFour,
                Needed = KeepsFour ? Asked.Words["portal wrong keeps four"] : null,
                Value = Of(Four, "secondaryPeerAddressPrefix"),
                Pattern = Subnet,
                Suggested = Links.Secondary?.Free ?? [],
                Help = Help(Links.Secondary),
            },
            new Field("primary6", Asked.Words["column primarySubnetV6"])
            {
                IsOptional = true,
                Value = Of(Six, "primaryPeerAddressPrefix"),
                Help = Asked.Words["portal help subnet six"],
            },
            new Field("secondary6", Asked.Words["column secondarySubnetV6"])
            {
                IsOptional = true,
                Value = Of(Six, "secondaryPeerAddressPrefix"),
                Help = Asked.Words["portal help subnet six"],
            },
            .. Each("state", Asked.Words["column state"], StateOf, State),
            new Field("key", Asked.Words["portal md5"], FieldKind.Secret)
            {
                IsOptional = true,
                Help = Asked.Words[Old is null ? "portal help new md5" : "portal help md5"],
            },
            .. Declares ? DeclaredFields() : [],
        ];

        static string Of(JsonNode? family, string member) => family?[member]?.ToString() ?? "";
        string Help(LinkSpaceSideBody? side) =>
            side is null
                ? Subnets()
                : $"{Subnets()} {Asked.Words["portal help link space", string.Join(", ", side.Within), string.Join(", ", side.Free)]}";
        string Subnets() =>
            KeepsFour ? Asked.Words["portal help subnet"] : $"{Asked.Words["portal help subnet"]} {Asked.Words["portal help families"]}";
    }

    private IReadOnlyList<Field> DeclaredFields() =>
        [
            CircuitActs.Declared(Asked, "prefixes", Asked.Words["column prefixes"], Four?[Config]) with
            {
                IsOptional = !KeepsFour,
            },
            CircuitActs.Declared(Asked, "prefixes6", $"{Asked.Words["column prefixes"]} (IPv6)", Six?[Config]) with
            {
                IsOptional = true,
            },
            .. Each("customerAsn", Asked.Words["portal customer asn"], AsnOf, CustomerAsn),
            .. Each("registry", Asked.Words["portal registry"], RegistryOf, Registry),
        ];

    /// <summary>What both families have alike, once; or twice, where they differ.</summary>
    private IEnumerable<Field> Each(string name, string label, Func<JsonNode?, string> of, Func<Field, Field> field)
    {
        yield return field(new Field(name, label) { Value = Now(of) });
        if (IsApart(of))
            yield return field(new Field($"{name}6", $"{label} (IPv6)") { Value = of(Six) });
    }

    private Field State(Field field) =>
        field with
        {
            Kind = FieldKind.Choice,
            Choices = Plain("Enabled", "Disabled"),
            Help = Asked.Words["portal help state"],
        };

    private Field CustomerAsn(Field field) =>
        field with
        {
            Kind = FieldKind.Number,
            IsOptional = true,
            Help = Asked.Words["portal help customer asn"],
        };

    private static Field Registry(Field field) =>
        field with
        {
            Kind = FieldKind.Choice,
            Choices = Plain("NONE", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RIPENCC", "RADB", "ALTDB", "LEVEL3"),
        };

    /// <summary>From here on free ones are offered; whoever wants another types it.</summary>
    private const int FirstVlan = 100;
    private const int Vlans = 100;
    private const int FreeVlans = 8;

    private const string Subnet = @"\d{1,3}(\.\d{1,3}){3}/30";
}
