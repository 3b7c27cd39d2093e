using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Registries.PeeringDb;

/// <summary>The local copy: one file per kind in a folder, in the form of the API's answers, holding what is used here.</summary>
internal static class PeeringDbCopy
{
    /// <summary>Writes every kind beside its file and renames, so that each file is whole at any time.</summary>
    public static async Task WriteAsync(string folder, PeeringDbTables tables, DateTimeOffset asOf, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        foreach (string kind in PeeringDbJson.Kinds)
        {
            string path = Path.Combine(folder, $"{kind}.json"),
                partial = path + ".partial";
            await using (FileStream file = File.Create(partial))
            {
                await using var json = new Utf8JsonWriter(file);
                json.WriteStartObject();
                json.WriteStartObject("meta");
                json.WriteNumber("generated", asOf.ToUnixTimeSeconds());
                json.WriteEndObject();
                json.WriteStartArray("data");
                int since = 0;
                foreach (Action<Utf8JsonWriter> write in Objects(kind, tables))
                {
                    json.WriteStartObject();
                    write(json);
                    json.WriteEndObject();
                    if (++since % 1000 == 0)
                        await json.FlushAsync(cancellation);
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            File.Move(partial, path, overwrite: true);
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "as-of"), asOf.ToString("O"), cancellation);
    }

    /// <summary>Reads what is there; null when there is no copy or it is damaged: then everything is asked for anew.</summary>
    public static async Task<(PeeringDbTables Tables, DateTimeOffset AsOf)?> ReadAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            string stamp = Path.Combine(folder, "as-of");
            if (!File.Exists(stamp) || !DateTimeOffset.TryParse(await File.ReadAllTextAsync(stamp, cancellation), out DateTimeOffset asOf))
                return null;
            var tables = new PeeringDbTables();
            foreach (string kind in PeeringDbJson.Kinds)
            {
                await using FileStream file = File.OpenRead(Path.Combine(folder, $"{kind}.json"));
                if ((await PeeringDbJson.ReadAsync(file, kind, tables, cancellation)).Problem is not null)
                    return null;
            }
            return (tables, asOf);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<Action<Utf8JsonWriter>> Objects(string kind, PeeringDbTables t) =>
        kind switch
        {
            "net" => t.Networks.Values.Select<PdbNetwork, Action<Utf8JsonWriter>>(n => w => Write(w, n)),
            "fac" => t.Facilities.Values.Select<PdbFacility, Action<Utf8JsonWriter>>(f => w => Place(w, f.Id, f.Name, f.City, f.Country)),
            "ix" => t.Exchanges.Values.Select<PdbExchange, Action<Utf8JsonWriter>>(x => w => Place(w, x.Id, x.Name, x.City, x.Country)),
            "ixlan" => t.IxLans.Values.Select<PdbIxLan, Action<Utf8JsonWriter>>(l =>
                w =>
                {
                    w.WriteNumber("id", l.Id);
                    w.WriteNumber("ix_id", l.ExchangeId);
                    Optional(w, "mtu", l.Mtu);
                }
            ),
            "ixpfx" => t.IxPrefixes.Values.Select<PdbIxPrefix, Action<Utf8JsonWriter>>(p =>
                w =>
                {
                    w.WriteNumber("id", p.Id);
                    w.WriteNumber("ixlan_id", p.IxLanId);
                    w.WriteString("prefix", p.Prefix.ToString());
                }
            ),
            "netixlan" => t.Ports.Values.Select<PdbPort, Action<Utf8JsonWriter>>(p => w => Write(w, p)),
            "netfac" => t.NetworkFacilities.Values.Select<PdbNetworkFacility, Action<Utf8JsonWriter>>(f =>
                w => Pair(w, f.Id, "net_id", f.NetworkId, f.FacilityId)
            ),
            "ixfac" => t.ExchangeFacilities.Values.Select<PdbExchangeFacility, Action<Utf8JsonWriter>>(f =>
                w => Pair(w, f.Id, "ix_id", f.ExchangeId, f.FacilityId)
            ),
            _ => t.Contacts.Values.Select<PdbContact, Action<Utf8JsonWriter>>(c => w => Write(w, c)),
        };

    private static void Write(Utf8JsonWriter w, PdbNetwork n)
    {
        w.WriteNumber("id", n.Id);
        w.WriteNumber("asn", n.Asn.Value);
        w.WriteString("name", n.Name);
        w.WriteString("irr_as_set", string.Join(' ', n.AsSets));
        Optional(w, "info_prefixes4", n.MaxPrefixesV4);
        Optional(w, "info_prefixes6", n.MaxPrefixesV6);
        w.WriteString("policy_general", n.Policy);
        w.WriteString("website", n.Website);
        if (n.Updated is { } updated)
            w.WriteString("updated", updated);
    }

    private static void Write(Utf8JsonWriter w, PdbPort p)
    {
        w.WriteNumber("id", p.Id);
        w.WriteNumber("net_id", p.NetworkId);
        w.WriteNumber("ix_id", p.ExchangeId);
        w.WriteNumber("ixlan_id", p.IxLanId);
        w.WriteNumber("asn", p.Asn.Value);
        if (p.V4 is not null)
            w.WriteString("ipaddr4", p.V4.ToString());
        if (p.V6 is not null)
            w.WriteString("ipaddr6", p.V6.ToString());
        w.WriteNumber("speed", p.Speed);
        w.WriteBoolean("is_rs_peer", p.IsRouteServerPeer);
        w.WriteBoolean("operational", p.IsOperational);
    }

    private static void Write(Utf8JsonWriter w, PdbContact c)
    {
        w.WriteNumber("id", c.Id);
        w.WriteNumber("net_id", c.NetworkId);
        w.WriteString("role", c.Role);
        w.WriteString("name", c.Name);
        w.WriteString("email", c.Email);
        w.WriteString("phone", c.Phone);
    }

    private static void Place(Utf8JsonWriter w, int id, string name, string city, string country)
    {
        w.WriteNumber("id", id);
        w.WriteString("name", name);
        w.WriteString("city", city);
        w.WriteString("country", country);
    }

    private static void Pair(Utf8JsonWriter w, int id, string of, int left, int facility)
    {
        w.WriteNumber("id", id);
        w.WriteNumber(of, left);
        w.WriteNumber("fac_id", facility);
    }

    private static void Optional(Utf8JsonWriter w, string name, int? value)
    {
        if (value is { } n)
            w.WriteNumber(name, n);
    }
}
