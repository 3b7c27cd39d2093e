using System.Globalization;
using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>
/// Reads the members of a JSON body the way ARM does (names in any case, null as absent, 1.0 where 1 is meant; members that nobody asks for are ignored here, see <see cref="KnownMembers"/>) and collects
/// every problem instead of stopping at the first. Each method returns null for what is absent or wrong; readers of inner objects share one list of
/// problems. Read everything, then ask <see cref="Refusal"/> once:
/// <code>
/// BodyReader body = await request.BodyAsync();
/// BodyReader properties = body.Object("properties", required: true);
/// int? vlan = properties.Integer("vlanId", 1, 4094, required: true);
/// if (body.Refusal is { } no) return ArmResult.Refuse(no);
/// </code>
/// An absent object reads as an empty one whose <see cref="IsPresent"/> is false, so that reading on needs no null checks.
/// </summary>
public sealed class BodyReader
{
    private readonly Dictionary<string, JsonElement>? _members;
    private readonly BodyContext _context;
    private readonly bool _quiet;

    internal BodyReader(BodyContext context, JsonElement? element, string path, bool quiet)
    {
        _context = context;
        _quiet = quiet;
        Path = path;
        Element = element;
        if (element is { ValueKind: JsonValueKind.Object } value)
        {
            _members = new(StringComparer.OrdinalIgnoreCase);
            foreach (JsonProperty member in value.EnumerateObject())
                if (TryName(member, out string? name))
                    _members[name] = member.Value;
        }
    }

    /// <summary>Where this object stands in the body, such as <c>properties.peerings[0]</c>; empty for the body itself.</summary>
    public string Path { get; }

    /// <summary>The JSON as sent; null when absent.</summary>
    public JsonElement? Element { get; }

    internal BodyContext Context => _context;

    /// <summary>True for what stands in something that is itself wrong or absent: its own members are not reported on top of it.</summary>
    internal bool IsQuiet => _quiet;

    /// <summary>The members, by name in any case; empty when absent.</summary>
    internal IReadOnlyDictionary<string, JsonElement> Members => _members ?? [];

    /// <summary>True when the object was there (and is not null).</summary>
    public bool IsPresent => _members is not null;

    /// <summary>Names of the members, as sent.</summary>
    public IEnumerable<string> MemberNames => _members?.Keys ?? Enumerable.Empty<string>();

    /// <summary>All problems of the whole body as one 400; null when there are none.</summary>
    public Refusal? Refusal => _context.Problems.Count == 0 ? null : Primitives.Refusal.Of(_context.Problems);

    /// <summary>True when the member was sent and is not null. Arrays that are present are authoritative, absent ones mean: leave alone.</summary>
    public bool Has(string name) => TryMember(name, out _);

    /// <summary>True when the member was sent with something in it: neither null, nor an empty list or text, which clients send for "none".</summary>
    public bool HasSome(string name) =>
        TryMember(name, out JsonElement value)
        && value.ValueKind switch
        {
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.String => !value.ValueEquals(""),
            _ => true,
        };

    /// <summary>True when the member was sent, null included.</summary>
    public bool Mentions(string name) => _members?.ContainsKey(name) == true;

    /// <summary>True when the member was sent and is this word, in any case; reports nothing.</summary>
    public bool Is(string name, string word) =>
        TryMember(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
        && TryText(value, out string? text)
        && word.Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reports a problem of one member (path is added); for rules that only the caller knows.</summary>
    public void Problem(string code, string member, string message) => Add(code, Join(member), message);

    /// <summary>Reports a ready refusal, such as one of a domain rule.</summary>
    public void Problem(Refusal problem) => _context.Problems.Add(problem);

    /// <param name="lines">Whether it may have line ends and tabs, as notes do; other control characters and what turns the order of text over never may.</param>
    public string? String(string name, int longest = 1024, bool required = false, bool lines = false)
    {
        if (!TryMember(name, out JsonElement value))
            return Missing<string>(name, required, "a string");
        if (value.ValueKind != JsonValueKind.String)
            return Wrong<string>(name, value, "a string");
        if (!TryText(value, out string? text))
            return Wrong<string>(name, value, "valid text without NUL characters");
        if (!(lines ? PlainText.IsPlainNote(text) : PlainText.IsPlain(text)))
            return Wrong<string>(name, value, lines ? "text without control characters" : "one line of text without control characters");
        if (text.Length > longest)
        {
            Add("InvalidRequestFormat", Join(name), $"'{Join(name)}' is {text.Length} characters long: use at most {longest}.");
            return null;
        }
        return text;
    }

    public bool? Boolean(string name, bool required = false) =>
        !TryMember(name, out JsonElement value) ? Missing<bool?>(name, required, "true or false")
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : Wrong<bool?>(name, value, "true or false");

    public int? Integer(string name, int least = int.MinValue, int most = int.MaxValue, bool required = false) =>
        (int?)Long(name, least, most, required);

    public long? Long(string name, long least = long.MinValue, long most = long.MaxValue, bool required = false)
    {
        string right = least == long.MinValue || least == int.MinValue ? "a whole number" : $"a whole number from {least} to {most}";
        if (!TryMember(name, out JsonElement value))
            return Missing<long?>(name, required, right);
        if (value.ValueKind != JsonValueKind.Number)
            return Wrong<long?>(name, value, right);
        if (!value.TryGetInt64(out long number))
        {
            // Clients write 1.0 and 1e3 where they mean whole numbers.
            if (
                !value.TryGetDecimal(out decimal fraction)
                || fraction != decimal.Truncate(fraction)
                || fraction is < long.MinValue or > long.MaxValue
            )
                return Wrong<long?>(name, value, right);
            number = (long)fraction;
        }
        return number < least || number > most ? Wrong<long?>(name, value, right) : number;
    }

    public decimal? Number(string name, decimal least, decimal most, bool required = false)
    {
        string right = string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}");
        if (!TryMember(name, out JsonElement value))
            return Missing<decimal?>(name, required, right);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && number >= least && number <= most
            ? number
            : Wrong<decimal?>(name, value, right);
    }

    /// <summary>One of the given words, in any case; returned as given here.</summary>
    public string? OneOf(string name, IReadOnlyList<string> allowed, bool required = false)
    {
        string right = "one of " + string.Join(", ", allowed);
        if (!TryMember(name, out JsonElement value))
            return Missing<string>(name, required, right);
        if (value.ValueKind == JsonValueKind.String && TryText(value, out string? text))
            foreach (string word in allowed)
                if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                    return word;
        return Wrong<string>(name, value, right);
    }

    /// <summary>An enumeration whose wire words are the names of its values.</summary>
    public T? Enum<T>(string name, bool required = false)
        where T : struct, System.Enum => OneOf(name, System.Enum.GetNames<T>(), required) is { } word ? System.Enum.Parse<T>(word) : null;

    public IReadOnlyList<string>? Strings(string name, int most, int longest = 1024) => Texts(name, most, longest, "a string");

    /// <summary>An object; absent and wrong ones read as empty.</summary>
    public BodyReader Object(string name, bool required = false)
    {
        if (!TryMember(name, out JsonElement value))
        {
            if (required)
                Missing<object>(name, true, "an object");
            return new(_context, null, Join(name), quiet: true);
        }
        if (value.ValueKind == JsonValueKind.Object)
            return new(_context, value, Join(name), quiet: false);
        Wrong<object>(name, value, "an object");
        return new(_context, null, Join(name), quiet: true);
    }

    /// <summary>An array of objects; null when absent.</summary>
    public IReadOnlyList<BodyReader>? Objects(string name, int most = 1000)
    {
        if (!TryArray(name, most, "objects", out JsonElement array))
            return null;
        var items = new List<BodyReader>(array.GetArrayLength());
        foreach (JsonElement item in array.EnumerateArray())
        {
            string path = $"{Join(name)}[{items.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
                Add("InvalidRequestFormat", path, $"'{path}' is {Shown(item)}: an object is needed.");
            items.Add(new(_context, item, path, quiet: item.ValueKind != JsonValueKind.Object));
        }
        return items;
    }

    internal List<string>? Texts(string name, int most, int longest, string right)
    {
        if (!TryArray(name, most, "strings", out JsonElement array))
            return null;
        var texts = new List<string>(array.GetArrayLength());
        int i = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            string path = $"{Join(name)}[{i++}]";
            if (item.ValueKind != JsonValueKind.String || !TryText(item, out string? text) || !PlainText.IsPlain(text))
                Add("InvalidRequestFormat", path, $"'{path}' is {Shown(item)}: write {right}.");
            else if (text.Length > longest)
                Add("InvalidRequestFormat", path, $"'{path}' is {text.Length} characters long: use at most {longest}.");
            else
                texts.Add(text);
        }
        return texts;
    }

    private bool TryArray(string name, int most, string of, out JsonElement array)
    {
        if (!TryMember(name, out array))
            return false;
        if (array.ValueKind != JsonValueKind.Array)
        {
            Wrong<object>(name, array, $"an array of {of}");
            return false;
        }
        if (array.GetArrayLength() <= most)
            return true;
        Add("InvalidRequestFormat", Join(name), $"'{Join(name)}' has {array.GetArrayLength()} items: use at most {most}.");
        return false;
    }

    internal bool TryMember(string name, out JsonElement value)
    {
        value = default;
        return _members is not null && _members.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private bool TryName(JsonProperty member, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? name)
    {
        try
        {
            name = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone: JSON by its grammar, but not text.
            Add("InvalidRequestContent", Path, $"'{(Path.Length == 0 ? "the body" : Path)}' has a member whose name is not valid text.");
            name = null;
            return false;
        }
    }

    internal static bool TryText(JsonElement value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text)
    {
        try
        {
            text = value.GetString() ?? "";
            return !text.Contains('\0');
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    internal T? Missing<T>(string name, bool required, string right)
    {
        if (required)
            Add("InvalidRequestFormat", Join(name), $"'{Join(name)}' is missing: write {right}.");
        return default;
    }

    internal T? Wrong<T>(string name, JsonElement value, string right)
    {
        Add("InvalidRequestFormat", Join(name), $"'{Join(name)}' is {Shown(value)}: write {right}.");
        return default;
    }

    private static string Shown(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.Null => "null",
            JsonValueKind.String => TryText(value, out string? text) ? $"'{Text.Excerpt(text)}'" : "not valid text",
            _ => Text.Excerpt(value.GetRawText()),
        };

    public string Join(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    internal void Add(string code, string path, string message)
    {
        // Members of something that is itself wrong or absent are not reported on top of it.
        if (!_quiet && _context.Problems.Count < BodyContext.MostProblems)
            _context.Problems.Add(Primitives.Refusal.Invalid(code, message, path));
    }
}
