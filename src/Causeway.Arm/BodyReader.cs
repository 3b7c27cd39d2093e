using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>
/// Reads the members of a JSON body the way ARM does (names in any case, unknown members ignored, null as absent, 1.0 where 1 is meant) and collects
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
    private static readonly SearchValues<char> NotInTagNames = SearchValues.Create("<>%&\\?/");

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

    /// <summary>True when the object was there (and is not null).</summary>
    public bool IsPresent => _members is not null;

    /// <summary>Names of the members, as sent.</summary>
    public IEnumerable<string> MemberNames => _members?.Keys ?? Enumerable.Empty<string>();

    /// <summary>All problems of the whole body as one 400; null when there are none.</summary>
    public Refusal? Refusal => _context.Problems.Count == 0 ? null : Primitives.Refusal.Of(_context.Problems);

    /// <summary>True when the member was sent and is not null. Arrays that are present are authoritative, absent ones mean: leave alone.</summary>
    public bool Has(string name) => TryMember(name, out _);

    /// <summary>True when the member was sent, null included.</summary>
    public bool Mentions(string name) => _members?.ContainsKey(name) == true;

    /// <summary>Reports a problem of one member (path is added); for rules that only the caller knows.</summary>
    public void Problem(string code, string member, string message) => Add(code, Join(member), message);

    /// <summary>Reports a ready refusal, such as one of a domain rule.</summary>
    public void Problem(Refusal problem) => _context.Problems.Add(problem);

    public string? String(string name, int longest = 1024, bool required = false)
    {
        if (!TryMember(name, out JsonElement value))
            return Missing<string>(name, required, "a string");
        if (value.ValueKind != JsonValueKind.String)
            return Wrong<string>(name, value, "a string");
        if (!TryText(value, out string? text))
            return Wrong<string>(name, value, "valid text without NUL characters");
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

    public Asn? Asn(string name, uint least = 1, bool required = false) =>
        Long(name, least, uint.MaxValue, required) is { } number ? new Asn((uint)number) : null;

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

    /// <summary>A prefix without host bits; the error gives the corrected form.</summary>
    /// <param name="family">Only this family, when given.</param>
    /// <param name="length">Only this length, when given.</param>
    /// <param name="code">The error code; the default is the one of Microsoft.Network.</param>
    public IpPrefix? Prefix(
        string name,
        IpFamily? family = null,
        int? length = null,
        bool required = false,
        string code = "InvalidAddressPrefixFormat"
    )
    {
        string right = PrefixForm(family, length);
        if (!TryMember(name, out JsonElement value))
            return Missing<IpPrefix?>(name, required, right);
        if (value.ValueKind != JsonValueKind.String || !TryText(value, out string? text))
            return Wrong<IpPrefix?>(name, value, right);
        return PrefixOf(Join(name), text, family, length, right, code);
    }

    /// <summary>An array of prefixes; null when absent.</summary>
    public IReadOnlyList<IpPrefix>? Prefixes(string name, int most, IpFamily? family = null, string code = "InvalidAddressPrefixFormat")
    {
        if (Texts(name, most, 64, PrefixForm(family, null)) is not { } texts)
            return null;
        var prefixes = new List<IpPrefix>(texts.Count);
        for (int i = 0; i < texts.Count; i++)
            if (PrefixOf($"{Join(name)}[{i}]", texts[i], family, null, PrefixForm(family, null), code) is { } prefix)
                prefixes.Add(prefix);
        return prefixes;
    }

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

    /// <summary>A reference <c>{"id": "…"}</c> to another resource, optionally of a given full type.</summary>
    public ResourceId? Reference(string name, string? type = null, bool required = false)
    {
        BodyReader reference = Object(name, required);
        return reference.IsPresent ? reference.Id("id", type, required) : null;
    }

    /// <summary>A resource id, optionally of a given full type.</summary>
    public ResourceId? Id(string name, string? type = null, bool required = false)
    {
        if (String(name, ResourceId.MaximumLength, required) is not { } text)
            return null;
        if (ResourceId.TryParse(text, out ResourceId? id) && (type is null || id.Type.Equals(type, StringComparison.OrdinalIgnoreCase)))
            return id;
        Add(
            "LinkedInvalidPropertyId",
            Join(name),
            $"Property id '{Text.Excerpt(text)}' at path '{Join(name)}' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{{subscriptionId}}' or '/providers/{{resourceProviderNamespace}}/'"
                + (type is null ? "." : $", of type '{type}'.")
        );
        return null;
    }

    /// <summary>The resource's tags; null when not sent (a PUT without tags has none, a PATCH without tags changes none).</summary>
    public ImmutableSortedDictionary<string, string>? Tags(string name = "tags")
    {
        BodyReader tags = Object(name);
        if (!tags.IsPresent)
            return null;
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, JsonElement value) in tags._members!)
        {
            if (key.Length is 0 or > 512 || key.AsSpan().ContainsAny(NotInTagNames) || key.Any(char.IsControl))
                tags.Add(
                    "InvalidTagName",
                    tags.Path,
                    $"The tag name '{Text.Excerpt(key)}' is not valid: use 1 to 512 characters, none of <>%&\\?/."
                );
            else if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null) || !TryText(value, out string? text))
                tags.Wrong<object>(key, value, "a string");
            else if (text.Length > 256)
                tags.Add(
                    "InvalidTagValueLength",
                    tags.Join(key),
                    $"The value of tag '{Text.Excerpt(key)}' is {text.Length} characters long: use at most 256."
                );
            else
                result[key] = text;
        }
        if (tags._members.Count > 50)
            tags.Add("InvalidTagCount", tags.Path, $"{tags._members.Count} tags were sent: a resource can have at most 50.");
        return result.ToImmutable();
    }

    /// <summary>
    /// The resource's region, normalised and checked against the type's. A resource that exists keeps its region: another one is refused, none is fine.
    /// </summary>
    public string? Location(string? present = null)
    {
        if (String("location", 90) is not { Length: > 0 } text)
        {
            if (present is null && !_quiet && !Has("location"))
                Add("LocationRequired", Join("location"), "The location property is required for this definition.");
            return present;
        }
        string location = Regions.Normalise(text);
        if (present is not null)
        {
            if (location != present)
                _context.Problems.Add(
                    Primitives.Refusal.Conflict(
                        "InvalidResourceLocation",
                        $"The resource already exists in location '{present}'. A resource with the same name cannot be created in location '{Text.Excerpt(text)}': leave the location as it is, or choose another name.",
                        Join("location")
                    )
                );
            return present;
        }
        if (_context.Locations.Contains(location))
            return location;
        Add(
            "LocationNotAvailableForResourceType",
            Join("location"),
            $"The provided location '{Text.Excerpt(text)}' is not available for resource type '{_context.Type}'. List of available regions for the resource type is '{string.Join(",", _context.Locations)}'."
        );
        return null;
    }

    private IpPrefix? PrefixOf(string path, string text, IpFamily? family, int? length, string right, string code)
    {
        if (!IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hostBits))
            Add(code, path, $"'{path}' is '{Text.Excerpt(text)}', which is not a prefix: write {right}.");
        else if ((family is { } f && prefix.Family != f) || (length is { } l && prefix.Length != l))
            Add(code, path, $"'{path}' is '{Text.Excerpt(text)}': write {right}.");
        else if (hostBits)
            Add(code, path, $"'{path}' is '{Text.Excerpt(text)}', which has host bits set: use {prefix}.");
        else
            return prefix;
        return null;
    }

    private static string PrefixForm(IpFamily? family, int? length) =>
        (family, length) switch
        {
            (IpFamily.V6, null) => "an IPv6 prefix such as 2001:db8::/32",
            (IpFamily.V6, _) => $"an IPv6 prefix of length {length}, such as 2001:db8::/{length}",
            (IpFamily.V4, null) => "an IPv4 prefix such as 192.0.2.0/24",
            (IpFamily.V4, _) => $"an IPv4 prefix of length {length}, such as 192.0.2.0/{length}",
            _ => "an address and a length in CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32",
        };

    private List<string>? Texts(string name, int most, int longest, string right)
    {
        if (!TryArray(name, most, "strings", out JsonElement array))
            return null;
        var texts = new List<string>(array.GetArrayLength());
        int i = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            string path = $"{Join(name)}[{i++}]";
            if (item.ValueKind != JsonValueKind.String || !TryText(item, out string? text))
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

    private bool TryMember(string name, out JsonElement value)
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

    private static bool TryText(JsonElement value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text)
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

    private T? Missing<T>(string name, bool required, string right)
    {
        if (required)
            Add("InvalidRequestFormat", Join(name), $"'{Join(name)}' is missing: write {right}.");
        return default;
    }

    private T? Wrong<T>(string name, JsonElement value, string right)
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

    private string Join(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private void Add(string code, string path, string message)
    {
        // Members of something that is itself wrong or absent are not reported on top of it.
        if (!_quiet && _context.Problems.Count < BodyContext.MostProblems)
            _context.Problems.Add(Primitives.Refusal.Invalid(code, message, path));
    }
}
