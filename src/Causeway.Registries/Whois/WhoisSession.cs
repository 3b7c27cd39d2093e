using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Sets;

namespace Causeway.Registries.Whois;

/// <summary>A query that cannot be answered as it was asked; the message goes to the client.</summary>
internal sealed class WhoisQueryException(string message) : Exception(message);

/// <summary>
/// One client's conversation in the protocol of IRRd 4 (docs/users/queries/whois): "!" commands and RIPE-style flags, with what the client has chosen
/// (sources, excluded sets, timeout, whether to stay). Answers one query at a time from the database as it stands at that moment; does no I/O of its own.
/// </summary>
internal sealed class WhoisSession(Func<IrrDatabase> database, WhoisOptions options)
{
    /// <summary>bgpq4 tests for <c>!a</c> support by this very text.</summary>
    private const string MissingSetName = "Missing required set name for A query";

    private string[]? _sources;
    private string[] _excluded = [];

    /// <summary>True after <c>!!</c> or <c>-k</c>: more than one query will come.</summary>
    public bool StaysOpen { get; private set; }

    /// <summary>True after <c>!q</c>: the client takes its leave.</summary>
    public bool IsOver { get; private set; }

    public TimeSpan IdleTimeout { get; private set; } = options.IdleTimeout;

    /// <summary>Answers one line, without its line end.</summary>
    public WhoisReply Answer(ReadOnlySpan<byte> line)
    {
        string query = Encoding.UTF8.GetString(line).Trim();
        // Old whois clients put "-V name" before whatever the user typed.
        if (
            query.StartsWith("-V ", StringComparison.Ordinal)
            && query.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [_, _, var rest]
            && rest.StartsWith('!')
        )
            query = rest;
        bool irrd = query.StartsWith('!');
        try
        {
            if (query.Contains('\0'))
                throw new WhoisQueryException("Queries may not contain null bytes");
            return irrd ? Irrd(query[1..]) : Ripe(query);
        }
        catch (WhoisQueryException e)
        {
            return Error(irrd, e.Message);
        }
        catch (AnswerTooLargeException)
        {
            return Error(irrd, $"The answer exceeds {options.MaxAnswer} bytes; ask for less, or restrict the sources");
        }
    }

    private static WhoisReply Error(bool irrd, string message)
    {
        string clean = message.ReplaceLineEndings(" ");
        return WhoisReply.Of(Encoding.UTF8.GetBytes(irrd ? $"F {clean}\n" : $"%% ERROR: {clean}\n\n\n"));
    }

    /// <summary>The database through the client's choice of sources.</summary>
    private IrrDatabase Data => _sources is null ? database() : database().Restrict(_sources);

    private ExpansionOptions Expansion => new() { Excluded = _excluded };

    private WhoisAnswer NewAnswer() => new(options.MaxAnswer);

    private WhoisReply Irrd(string command)
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
                StaysOpen = true;
                return WhoisReply.None;
            case 'q':
                IsOver = true;
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
                return Found(PrefixWords(Data.PrefixesOf([Origin(parameter)], IpFamily.V4)));
            case '6':
                return Found(PrefixWords(Data.PrefixesOf([Origin(parameter)], IpFamily.V6)));
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
                return Found(Objects(WhoisLookup.ByMaintainer(Data, parameter, null)));
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
        WhoisAnswer answer = NewAnswer();
        foreach (string word in words)
            answer.Word(word);
        return answer;
    }

    private WhoisAnswer PrefixWords(params IpPrefix[][] lists)
    {
        WhoisAnswer answer = NewAnswer();
        foreach (IpPrefix[] list in lists)
        foreach (ref readonly IpPrefix prefix in list.AsSpan())
            answer.Word(prefix);
        return answer;
    }

    private static Asn Origin(string text) =>
        Asn.TryParse(text, out Asn asn)
            ? asn
            : throw new WhoisQueryException($"Invalid AS number {text}: must be a number, with or without 'AS'");

    private void SetTimeout(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1 or > 1000)
            throw new WhoisQueryException($"Invalid value for timeout: {text}");
        IdleTimeout = TimeSpan.FromSeconds(seconds);
    }

    private WhoisReply Sources(string parameter)
    {
        if (parameter == "-lc")
            return Success(Words([string.Join(',', Data.Sources.Select(s => s.Name))]));
        if (parameter != "-*")
            ChooseSources(parameter);
        return WhoisReply.Of("C\n"u8);
    }

    private void ChooseSources(string list)
    {
        string[] names =
        [
            .. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(n => n.ToUpperInvariant()),
        ];
        IrrDatabase all = database();
        if (names.Length == 0 || names.Any(n => all.Source(n) is null))
            throw new WhoisQueryException("One or more selected sources are unavailable.");
        _sources = names;
    }

    private WhoisReply Excluded(string parameter)
    {
        if (parameter == "-lc")
            return Success(Words([string.Join(',', _excluded)]));
        _excluded = parameter.ToUpperInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return WhoisReply.Of("C\n"u8);
    }

    private WhoisAnswer AsSetPrefixes(string parameter)
    {
        bool only4 = parameter.StartsWith('4');
        bool only6 = parameter.StartsWith('6');
        string name = only4 || only6 ? parameter[1..].Trim() : parameter;
        if (name.Length == 0)
            throw new WhoisQueryException(MissingSetName);
        IrrDatabase data = Data;
        uint[] asns = [.. data.ExpandAsSet(name, Expansion).Asns.Select(a => a.Value)];
        return PrefixWords(only6 ? [] : data.PrefixesOf(asns, IpFamily.V4), only4 ? [] : data.PrefixesOf(asns, IpFamily.V6));
    }

    private WhoisAnswer Members(string parameter)
    {
        bool recursive = parameter.EndsWith(",1", StringComparison.Ordinal);
        string name = recursive ? parameter[..^2].Trim() : parameter;
        IrrDatabase data = Data;
        IrrSet? set = data.FindSet(name);
        if (set is null)
            return NewAnswer();
        if (!recursive)
            return Words(set.Members.Distinct().Order(StringComparer.Ordinal));
        return set.Class == RpslClass.AsSet
            ? Words(data.ExpandAsSet(name, Expansion).Asns.Select(a => $"AS{a}"))
            : Words(data.ExpandRouteSet(name, Expansion).Prefixes.Select(p => p.ToString()));
    }

    private WhoisAnswer SerialRanges(string parameter)
    {
        WhoisAnswer answer = NewAnswer();
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
        IrrDatabase all = database();
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
        WhoisAnswer answer = NewAnswer();
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
        return Objects(WhoisLookup.ByKey(Data, RpslNames.ClassOf(Encoding.UTF8.GetBytes(kind)), key.Trim()).Take(1));
    }

    private WhoisAnswer RouteSearch(string parameter)
    {
        string[] parts = parameter.Split(',');
        if (parts.Length > 2)
            throw new WhoisQueryException($"Invalid input for route search: {parameter}");
        IpPrefix prefix = Prefix(parts[0]);
        string option = parts.Length == 2 ? parts[1].Trim() : "";
        IrrDatabase data = Data;
        if (option == "o")
            return Words(data.Exact(prefix).Select(r => r.Origin).Distinct().Order().Select(a => $"AS{a}"));
        return Objects(
            option switch
            {
                "" => WhoisLookup.Texts(data.Exact(prefix)),
                "l" => WhoisLookup.Texts(data.NearestCovering(prefix)),
                "L" => WhoisLookup.Texts(data.Covering(prefix)),
                "M" => WhoisLookup.Texts(data.Inside(prefix)),
                _ => throw new WhoisQueryException($"Invalid route search option: {option}"),
            }
        );
    }

    /// <summary>An address alone means its host prefix, as in IRRd.</summary>
    private static IpPrefix Prefix(string text)
    {
        text = text.Trim();
        if (IpPrefix.TryParse(text, out IpPrefix prefix))
            return prefix;
        if (!text.Contains('/') && text.AsSpan().IndexOfAny('.', ':') >= 0 && IPAddress.TryParse(text, out IPAddress? address))
            return IpPrefix.Host(address);
        throw new WhoisQueryException($"Invalid input for route search: {text}");
    }

    private WhoisAnswer Objects(IEnumerable<WhoisObject> objects, bool keysOnly = false)
    {
        WhoisAnswer answer = NewAnswer();
        foreach (WhoisObject found in objects)
            if (keysOnly)
                answer.Object(Encoding.UTF8.GetBytes(WhoisLookup.KeyFields(found)));
            else
                answer.Object(found.Text);
        return answer;
    }

    private WhoisReply Ripe(string query)
    {
        var words = new Queue<string>(query.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
        RpslClass[]? kinds = null;
        bool keysOnly = false;
        WhoisAnswer? answer = null;
        while (answer is null && words.TryDequeue(out string? word))
        {
            if (!word.StartsWith('-'))
            {
                answer = Objects(WhoisLookup.ByText(Data, string.Join(' ', words.Prepend(word)), kinds), keysOnly);
                break;
            }
            string flag = word[1..];
            // Flags without an argument may stand together: -Kk. So may -T and its argument in some clients, which is not supported here.
            string Argument() =>
                words.TryDequeue(out string? value) ? value : throw new WhoisQueryException($"Missing argument for flag/search: {flag}");
            switch (flag)
            {
                case "k":
                    StaysOpen = true;
                    break;
                case "K":
                    keysOnly = true;
                    break;
                case "F" or "r" or "B" or "G":
                    break;
                case "V":
                    Argument();
                    break;
                case "a":
                    _sources = null;
                    break;
                case "s":
                    ChooseSources(Argument());
                    break;
                case "T":
                    kinds = [.. Argument().Split(',').Select(k => RpslNames.ClassOf(Encoding.UTF8.GetBytes(k.Trim())))];
                    break;
                case "x":
                    answer = Objects(Filter(WhoisLookup.Texts(Data.Exact(Prefix(Argument()))), kinds), keysOnly);
                    break;
                case "l":
                    answer = Objects(Filter(WhoisLookup.Texts(Data.NearestCovering(Prefix(Argument()))), kinds), keysOnly);
                    break;
                case "L":
                    answer = Objects(Filter(WhoisLookup.Texts(Data.Covering(Prefix(Argument()))), kinds), keysOnly);
                    break;
                case "M":
                    answer = Objects(Filter(WhoisLookup.Texts(Data.Inside(Prefix(Argument()))), kinds), keysOnly);
                    break;
                case "i":
                    answer = Objects(Inverse(Argument(), Argument(), kinds), keysOnly);
                    break;
                case "q" when Argument() == "sources":
                    answer = NewAnswer();
                    foreach (IrrSource source in database().Sources)
                        answer.Text($"{source.Name}:3:N:{(source.Serial is { } serial ? $"0-{serial}" : "Unknown")}\n");
                    break;
                case "g":
                    throw new WhoisQueryException("Access denied");
                default:
                    throw new WhoisQueryException($"Unrecognised flag/search: {flag}");
            }
        }
        if (answer is null)
            // Only settings: nothing was asked. IRRd answers as for an empty result.
            return WhoisReply.Of("%  No entries found for the selected source(s).\n\n\n"u8);
        return answer.IsEmpty
            ? WhoisReply.Of("%  No entries found for the selected source(s).\n\n\n"u8)
            : new WhoisReply(default, answer, "\n\n"u8.ToArray());
    }

    private IEnumerable<WhoisObject> Inverse(string attribute, string value, RpslClass[]? kinds) =>
        attribute.ToLowerInvariant() switch
        {
            "origin" => Filter(WhoisLookup.Texts(Data.ByOrigin(Origin(value))), kinds),
            "mnt-by" => WhoisLookup.ByMaintainer(Data, value, kinds),
            "member-of" => WhoisLookup.ByMemberOf(Data, value, kinds),
            _ => throw new WhoisQueryException(
                $"Inverse attribute search not supported for {attribute}, only supported for attributes: origin, mnt-by, member-of"
            ),
        };

    private static IEnumerable<WhoisObject> Filter(IEnumerable<WhoisObject> objects, RpslClass[]? kinds) =>
        kinds is null ? objects : objects.Where(o => kinds.Contains(o.Class));
}
