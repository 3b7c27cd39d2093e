using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Serving.Whois;

/// <summary>The "!" commands of IRRd 4 (its docs/users/queries/whois).</summary>
internal sealed class IrrdQuery(WhoisSession session)
{
    /// <summary>bgpq4 tests for <c>!a</c> support by this very text.</summary>
    private const string MissingSetName = "Missing required set name for A query";

    private ExpansionOptions Expansion => new() { Excluded = session.Excluded, Cancellation = session.TimeIsUp };

    /// <summary>Answers what follows the "!".</summary>
    public WhoisReply Run(string command)
    {
        if (command.Length == 0)
            throw new WhoisQueryException("Missing IRRD command");
        char verb = command[0];
        string parameter = command[1..].Trim();
        if (parameter.Length == 0 && "tg6ijJmnors".Contains(verb))
            throw new WhoisQueryException($"Missing parameter for {verb} query");
        switch (verb)
        {
            case '!':
                session.StaysOpen = true;
                return WhoisReply.None;
            case 'q':
                session.IsOver = true;
                return WhoisReply.None;
            case 't':
                SetTimeout(parameter);
                return WhoisReply.Of("C\n"u8);
            case 'n':
                return WhoisReply.Of("C\n"u8);
            case 's':
                return Sources(parameter);
            case 'e':
                return Excluded(parameter);
            case 'f':
                // Nothing is filtered here, so there is nothing to switch off.
                return WhoisReply.Of("C\n"u8);
            case 'v':
                return Success(Words(["Causeway, IRRd-compatible -- version 4"]));
            case 'g':
                return Found(PrefixWords(session.Data.PrefixesOf([WhoisSession.Origin(parameter)], IpFamily.V4)));
            case '6':
                return Found(PrefixWords(session.Data.PrefixesOf([WhoisSession.Origin(parameter)], IpFamily.V6)));
            case 'a':
                return Found(AsSetPrefixes(parameter));
            case 'i':
                return Found(Members(parameter));
            case 'j':
                return Success(SerialRanges(parameter));
            case 'J':
                return Success(Status(parameter));
            case 'm':
                return Found(ExactKey(parameter));
            case 'o':
                return Found(session.Objects(WhoisLookup.ByMaintainer(session.Data, parameter, null, session.TimeIsUp)));
            case 'r':
                return Found(RouteSearch(parameter));
            default:
                throw new WhoisQueryException($"Unrecognised command: {verb}");
        }
    }

    private static WhoisReply Success(WhoisAnswer answer) =>
        answer.IsEmpty ? WhoisReply.Of("C\n"u8) : new WhoisReply(answer.LengthLine(), answer, "\nC\n"u8.ToArray());

    private static WhoisReply Found(WhoisAnswer answer) => answer.IsEmpty ? WhoisReply.Of("D\n"u8) : Success(answer);

    private WhoisAnswer Words(IEnumerable<string> words)
    {
        WhoisAnswer answer = session.NewAnswer();
        foreach (string word in words)
            answer.Word(word);
        return answer;
    }

    private WhoisAnswer PrefixWords(params IpPrefix[][] lists)
    {
        WhoisAnswer answer = session.NewAnswer();
        foreach (IpPrefix[] list in lists)
        foreach (ref readonly IpPrefix prefix in list.AsSpan())
            answer.Word(prefix);
        return answer;
    }

    private void SetTimeout(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1 or > 1000)
            throw new WhoisQueryException($"Invalid value for timeout: {text}");
        session.IdleTimeout = TimeSpan.FromSeconds(seconds);
    }

    private WhoisReply Sources(string parameter)
    {
        if (parameter == "-lc")
            return Success(Words([string.Join(',', session.Data.Sources.Select(s => s.Name))]));
        session.ChooseSources(parameter == "-*" ? null : parameter);
        return WhoisReply.Of("C\n"u8);
    }

    private WhoisReply Excluded(string parameter)
    {
        if (parameter == "-lc")
            return Success(Words([string.Join(',', session.Excluded)]));
        session.Excluded = parameter.ToUpperInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return WhoisReply.Of("C\n"u8);
    }

    private WhoisAnswer AsSetPrefixes(string parameter)
    {
        bool only4 = parameter.StartsWith('4');
        bool only6 = parameter.StartsWith('6');
        string name = only4 || only6 ? parameter[1..].Trim() : parameter;
        if (name.Length == 0)
            throw new WhoisQueryException(MissingSetName);
        IrrDatabase data = session.Data;
        uint[] asns = [.. data.ExpandAsSet(name, Expansion).Asns.Select(a => a.Value)];
        return PrefixWords(only6 ? [] : data.PrefixesOf(asns, IpFamily.V4), only4 ? [] : data.PrefixesOf(asns, IpFamily.V6));
    }

    private WhoisAnswer Members(string parameter)
    {
        bool recursive = parameter.EndsWith(",1", StringComparison.Ordinal);
        string name = recursive ? parameter[..^2].Trim() : parameter;
        IrrDatabase data = session.Data;
        IrrSet? set = data.FindSet(name);
        if (set is null)
            return session.NewAnswer();
        if (!recursive)
            return Words(set.Members.Distinct().Order(StringComparer.Ordinal));
        return set.Class == RpslClass.AsSet
            ? Words(data.ExpandAsSet(name, Expansion).Asns.Select(a => $"AS{a}"))
            : Words(data.ExpandRouteSet(name, Expansion).Prefixes.Select(p => p.ToString()));
    }

    private WhoisAnswer SerialRanges(string parameter)
    {
        WhoisAnswer answer = session.NewAnswer();
        foreach ((string name, IrrSource? source) in Selected(parameter))
        {
            if (!answer.IsEmpty)
                answer.Text("\n");
            answer.Text(
                source is null ? $"{name}:X:Database unknown"
                : source.Serial is { } serial ? $"{name}:N:0-{serial}"
                : $"{name}:N:-"
            );
        }
        return answer;
    }

    private IEnumerable<(string Name, IrrSource? Source)> Selected(string parameter)
    {
        IrrDatabase all = session.Everything;
        return parameter == "-*"
            ? all.Sources.Select(s => (s.Name, (IrrSource?)s))
            : parameter
                .ToUpperInvariant()
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(n => (n, all.Source(n)));
    }

    private WhoisAnswer Status(string parameter)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach ((string name, IrrSource? source) in Selected(parameter).DistinctBy(s => s.Name))
                WriteStatus(json, name, source);
            json.WriteEndObject();
        }
        WhoisAnswer answer = session.NewAnswer();
        answer.Bytes(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        return answer;
    }

    private static void WriteStatus(Utf8JsonWriter json, string name, IrrSource? source)
    {
        json.WriteStartObject(name);
        if (source is null)
            json.WriteString("error", "Unknown source");
        else
        {
            json.WriteString("source_type", "regular");
            json.WriteBoolean("authoritative", false);
            json.WriteBoolean("local_journal_kept", false);
            if (source.Serial is { } serial)
                json.WriteNumber("serial_newest_mirror", serial);
            else
                json.WriteNull("serial_newest_mirror");
            json.WriteString("last_update", source.LoadedAt);
            json.WriteString("rpsl_data_updated", source.DataTime);
            json.WriteNumber("objects", source.Objects);
            if (source.Stale is { } stale)
            {
                json.WriteString("stale_since", stale.Since);
                json.WriteString("stale_reason", stale.Reason);
            }
        }
        json.WriteEndObject();
    }

    private WhoisAnswer ExactKey(string parameter)
    {
        if (parameter.Split(',', 2) is not [var kind, var key])
            throw new WhoisQueryException($"Invalid argument for object lookup: {parameter}");
        return session.Objects(WhoisLookup.ByKey(session.Data, RpslNames.ClassOf(Encoding.UTF8.GetBytes(kind)), key.Trim()).Take(1));
    }

    private WhoisAnswer RouteSearch(string parameter)
    {
        string[] parts = parameter.Split(',');
        if (parts.Length > 2)
            throw new WhoisQueryException($"Invalid input for route search: {parameter}");
        IpPrefix prefix = WhoisSession.Prefix(parts[0]);
        string option = parts.Length == 2 ? parts[1].Trim() : "";
        IrrDatabase data = session.Data;
        if (option == "o")
            return Words(data.Exact(prefix).Select(r => r.Origin).Distinct().Order().Select(a => $"AS{a}"));
        return session.Objects(
            option switch
            {
                "" => WhoisLookup.Texts(data.Exact(prefix)),
                "l" => WhoisLookup.Texts(data.NearestCovering(prefix)),
                "L" => WhoisLookup.Texts(data.Covering(prefix)),
                "M" => WhoisLookup.Texts(data.Inside(prefix, session.MaxObjects)),
                _ => throw new WhoisQueryException($"Invalid route search option: {option}"),
            }
        );
    }
}
