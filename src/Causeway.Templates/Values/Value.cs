using System.Globalization;
using System.Text.Json;
using Causeway.Templates.Language;

namespace Causeway.Templates.Values;

/// <summary>
/// A value of a template: what JSON can say, a lambda, or something that is not known before the deployment runs. Never changes. It knows how large it would be
/// when it is written, so that sharing (a variable that holds another twice, and so on) cannot make something that no machine can write.
/// </summary>
public abstract class Value
{
    /// <summary>Largest value, in characters of JSON, roughly: that of a whole template.</summary>
    public const long MostSize = 4 * 1024 * 1024;

    /// <summary>Deepest nesting.</summary>
    public const int MostDepth = 100;

    private protected Value(long size, int depth)
    {
        if (size > MostSize)
            throw new TemplateException($"A value of the template would have more than {MostSize} characters.");
        if (depth > MostDepth)
            throw new TemplateException($"Values of the template stand more than {MostDepth} levels deep in each other.");
        (Size, Depth) = (size, depth);
    }

    /// <summary>Characters of JSON, roughly.</summary>
    public long Size { get; }

    public int Depth { get; }

    /// <summary>Whether all of it is known before the deployment runs.</summary>
    public virtual bool IsKnown => true;

    /// <summary>What it is called in messages: ARM's name of the type.</summary>
    public abstract string Kind { get; }

    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>As JSON.</summary>
    public byte[] ToUtf8()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_options))
            WriteTo(writer);
        return stream.ToArray();
    }

    /// <summary>As JSON, for messages and for <c>string()</c>.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(ToUtf8());

    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MostDepth + 8,
    };

    /// <exception cref="TemplateException">Deeper or larger than values may be, or not text.</exception>
    public static Value Of(JsonElement json)
    {
        try
        {
            return Of(json, 1);
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone: JSON by its grammar, but not text.
            throw new TemplateException("A string in the JSON is not valid text.") { Code = "InvalidRequestContent" };
        }
    }

    private static Value Of(JsonElement json, int depth)
    {
        if (depth > MostDepth)
            throw new TemplateException($"The JSON is nested more than {MostDepth} levels deep.");
        return json.ValueKind switch
        {
            JsonValueKind.True => Boolean.True,
            JsonValueKind.False => Boolean.False,
            JsonValueKind.String => new Text(json.GetString()!),
            JsonValueKind.Number => json.TryGetInt64(out long whole) ? new Integer(whole) : new Number(json.GetRawText()),
            JsonValueKind.Array => new Array([.. json.EnumerateArray().Select(e => Of(e, depth + 1))]),
            JsonValueKind.Object => new Object(json.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, Of(m.Value, depth + 1)))),
            _ => Null.Value,
        };
    }

    /// <summary>Deep equality, strings by their characters: what <c>equals()</c> means.</summary>
    public static bool AreEqual(Value a, Value b) =>
        (a, b) switch
        {
            (Null, Null) => true,
            (Boolean x, Boolean y) => x.IsTrue == y.IsTrue,
            (Integer x, Integer y) => x.Whole == y.Whole,
            (Text x, Text y) => x.Characters == y.Characters,
            (Number x, Number y) => x.Float.Equals(y.Float),
            (Number x, Integer y) => x.Float.Equals(y.Whole),
            (Integer x, Number y) => y.Float.Equals(x.Whole),
            (Array x, Array y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => AreEqual(p.First, p.Second)),
            (Object x, Object y) => x.Count == y.Count && x.Members.All(m => y.Find(m.Key) is { } other && AreEqual(m.Value, other)),
            _ => false,
        };

    public sealed class Null : Value
    {
        public static readonly Null Value = new();

        private Null()
            : base(4, 1) { }

        public override string Kind => "Null";

        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();
    }

    public sealed class Boolean : Value
    {
        public static readonly Boolean True = new(true);
        public static readonly Boolean False = new(false);

        private Boolean(bool isTrue)
            : base(5, 1) => IsTrue = isTrue;

        public bool IsTrue { get; }

        public override string Kind => "Boolean";

        public static Boolean Of(bool value) => value ? True : False;

        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteBooleanValue(IsTrue);
    }

    public sealed class Integer(long whole) : Value(8, 1)
    {
        public long Whole => whole;

        public override string Kind => "Integer";

        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNumberValue(whole);
    }

    /// <summary>A number that is not whole. Templates pass it on, and <c>float()</c> makes it.</summary>
    /// <param name="raw">As JSON wrote it.</param>
    public sealed class Number(string raw) : Value(raw.Length, 1)
    {
        public double Float { get; } = double.Parse(raw, CultureInfo.InvariantCulture);

        public override string Kind => "Float";

        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(raw);
    }

    public sealed class Text(string characters) : Value(characters.Length + 2, 1)
    {
        public string Characters => characters;

        public override string Kind => "String";

        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteStringValue(characters);
    }

    public sealed class Array(IReadOnlyList<Value> items)
        : Value(items.Sum(i => i.Size + 1) + 2, items.Count == 0 ? 1 : items.Max(i => i.Depth) + 1)
    {
        public static readonly Array Empty = new([]);

        public IReadOnlyList<Value> Items => items;

        public override string Kind => "Array";

        public override bool IsKnown { get; } = items.All(i => i.IsKnown);

        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteStartArray();
            foreach (Value item in items)
                item.WriteTo(writer);
            writer.WriteEndArray();
        }
    }

    /// <summary>Members in their order, found by their name in any case; of two of one name the later counts.</summary>
    public sealed class Object : Value
    {
        public static readonly Object Empty = new([]);

        private readonly OrderedDictionary<string, Value> _members;

        public Object(IEnumerable<KeyValuePair<string, Value>> members)
            : this(Ordered(members)) { }

        private Object(OrderedDictionary<string, Value> members)
            : base(members.Sum(m => m.Key.Length + m.Value.Size + 4) + 2, members.Count == 0 ? 1 : members.Max(m => m.Value.Depth) + 1) =>
            (_members, IsKnown) = (members, members.All(m => m.Value.IsKnown));

        public override bool IsKnown { get; }

        public IEnumerable<KeyValuePair<string, Value>> Members => _members;

        public int Count => _members.Count;

        public override string Kind => "Object";

        /// <summary>A member by its name in any case; null when there is none.</summary>
        public Value? Find(string name) => _members.GetValueOrDefault(name);

        /// <summary>As <see cref="Find"/>, where null is as absent.</summary>
        public Value? Get(string name) => Find(name) is { } found and not Null ? found : null;

        public Object With(string name, Value value) => new(_members.Append(KeyValuePair.Create(name, value)));

        public Object Without(params IReadOnlyCollection<string> names) =>
            new(_members.Where(m => !names.Contains(m.Key, StringComparer.OrdinalIgnoreCase)));

        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            foreach ((string name, Value value) in _members)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }

        private static OrderedDictionary<string, Value> Ordered(IEnumerable<KeyValuePair<string, Value>> members)
        {
            var ordered = new OrderedDictionary<string, Value>(StringComparer.OrdinalIgnoreCase);
            foreach ((string name, Value value) in members)
                ordered[name] = value;
            return ordered;
        }
    }

    /// <summary>A function without a name, to be given to <c>map</c>, <c>filter</c> and the like.</summary>
    /// <param name="variables">Names of what it takes.</param>
    /// <param name="body">What it answers.</param>
    public sealed class Lambda(IReadOnlyList<string> variables, Expression body) : Value(8, 1)
    {
        public IReadOnlyList<string> Variables => variables;

        public Expression Body => body;

        /// <summary>Where it stands; the evaluator's own.</summary>
        public object? Scope { get; init; }

        public override string Kind => "Lambda";

        public override void WriteTo(Utf8JsonWriter writer) =>
            throw new TemplateException("A lambda can only be an argument of filter, map, mapValues, groupBy, reduce, sort and toObject.");
    }

    /// <summary>What only a running deployment knows (<c>reference()</c>, <c>list…()</c>). What is made of it is not known either.</summary>
    /// <param name="expression">As it stands in the template, shown in its place.</param>
    public sealed class Unknown(string expression = "") : Value(expression.Length + 2, 1)
    {
        public override string Kind => "Unknown";

        public override bool IsKnown => false;

        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteStringValue(expression);
    }
}
