using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>ARM documentation, "Array functions" and "Object functions for ARM templates", and those of strings that arrays have too.</summary>
internal static class CollectionFunctions
{
    private const int LongestRange = 10_000;

    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["array"] = new(1, 1, a => a[0] is Value.Array already ? already : new Value.Array([a[0]])),
            ["concat"] = new(1, Function.Any, Concat),
            ["contains"] = new(2, 2, Contains),
            ["createArray"] = new(0, Function.Any, a => new Value.Array(a.All)),
            ["createObject"] = new(0, Function.Any, CreateObject),
            ["empty"] = new(
                1,
                1,
                a =>
                    Boolean(
                        a[0] switch
                        {
                            Value.Null => true,
                            Value.Text text => text.Characters.Length == 0,
                            Value.Array array => array.Items.Count == 0,
                            Value.Object members => members.Count == 0,
                            _ => throw a.Expected(0, "a string, an array or an object"),
                        }
                    )
            ),
            ["first"] = new(1, 1, a => End(a, first: true)),
            ["last"] = new(1, 1, a => End(a, first: false)),
            ["flatten"] = new(1, 1, Flatten),
            ["indexFromEnd"] = new(2, 2, a => FromEnd(a) ?? throw a.Wrong($"finds nothing at index {a.Integer(1)} from the end")),
            ["tryIndexFromEnd"] = new(2, 2, a => FromEnd(a) ?? Value.Null.Value),
            ["indexOf"] = new(2, 2, a => IndexOf(a, last: false)),
            ["lastIndexOf"] = new(2, 2, a => IndexOf(a, last: true)),
            ["intersection"] = new(2, Function.Any, Intersection),
            ["union"] = new(2, Function.Any, Union),
            ["items"] = new(1, 1, Items),
            ["length"] = new(
                1,
                1,
                a => new Value.Integer(
                    a[0] switch
                    {
                        Value.Text text => text.Characters.Length,
                        Value.Array array => array.Items.Count,
                        Value.Object members => members.Count,
                        _ => throw a.Expected(0, "a string, an array or an object"),
                    }
                )
            ),
            ["null"] = new(0, 0, _ => Value.Null.Value),
            ["objectKeys"] = new(1, 1, a => new Value.Array([.. a.Object(0).Members.Select(m => new Value.Text(m.Key))])),
            ["range"] = new(
                2,
                2,
                a =>
                {
                    int start = a.Integer(0, int.MinValue, int.MaxValue - LongestRange);
                    return new Value.Array([.. Enumerable.Range(start, a.Integer(1, 0, LongestRange)).Select(i => new Value.Integer(i))]);
                }
            ),
            ["shallowMerge"] = new(
                1,
                1,
                a => new Value.Object(
                    a.Array(0).SelectMany(o => o is Value.Object members ? members.Members : throw a.Expected(0, "an array of objects"))
                )
            ),
            ["skip"] = new(2, 2, a => Part(a, skip: true)),
            ["take"] = new(2, 2, a => Part(a, skip: false)),
            ["tryGet"] = new(2, Function.Any, TryGet),
        };

    private static Value.Boolean Boolean(bool value) => Value.Boolean.Of(value);

    private static Value Concat(Arguments a)
    {
        if (a[0] is Value.Array)
            return new Value.Array([.. Enumerable.Range(0, a.Count).SelectMany(a.Array)]);
        long length = a.All.Sum(v => v.Size);
        if (length > Value.MostSize)
            throw a.Wrong("would make a string that is too long");
        return new Value.Text(
            string.Concat(
                a.All.Select(
                    (v, i) =>
                        v is Value.Array or Value.Object or Value.Lambda
                            ? throw a.Expected(i, "a string, as the first one is")
                            : StringFunctions.Shown(v)
                )
            )
        );
    }

    private static Value.Boolean Contains(Arguments a) =>
        Boolean(
            a[0] switch
            {
                Value.Text text => text.Characters.Contains(
                    a[1] is Value.Integer ? StringFunctions.Shown(a[1]) : a.Text(1),
                    StringComparison.Ordinal
                ),
                Value.Array array => array.Items.Any(i => Value.AreEqual(i, a[1])),
                Value.Object members => members.Find(a.Text(1)) is not null,
                _ => throw a.Expected(0, "a string, an array or an object"),
            }
        );

    private static Value.Object CreateObject(Arguments a) =>
        a.Count % 2 == 0
            ? new(Enumerable.Range(0, a.Count / 2).Select(i => KeyValuePair.Create(a.Text(2 * i), a[2 * i + 1])))
            : throw a.Wrong("expects pairs of a name and a value");

    private static Value End(Arguments a, bool first) =>
        a[0] switch
        {
            Value.Text { Characters: "" } => a[0],
            Value.Text text => new Value.Text(text.Characters[first ? 0 : ^1].ToString()),
            Value.Array { Items: [] } => Value.Null.Value,
            Value.Array array => array.Items[first ? 0 : ^1],
            _ => throw a.Expected(0, "a string or an array"),
        };

    private static Value? FromEnd(Arguments a)
    {
        IReadOnlyList<Value> items = a.Array(0);
        long index = a.Integer(1);
        return index >= 1 && index <= items.Count ? items[(int)(items.Count - index)] : null;
    }

    private static Value.Integer IndexOf(Arguments a, bool last)
    {
        if (a[0] is Value.Text text)
            return new(
                last
                    ? text.Characters.LastIndexOf(a.Text(1), StringComparison.OrdinalIgnoreCase)
                    : text.Characters.IndexOf(a.Text(1), StringComparison.OrdinalIgnoreCase)
            );
        List<Value> items = [.. a.Array(0)];
        return new(last ? items.FindLastIndex(i => Value.AreEqual(i, a[1])) : items.FindIndex(i => Value.AreEqual(i, a[1])));
    }

    private static Value Intersection(Arguments a)
    {
        if (a[0] is Value.Array)
        {
            IEnumerable<Value> common = a.Array(0);
            for (int i = 1; i < a.Count; i++)
                common = common.Intersect(a.Array(i), Same.Values);
            return new Value.Array([.. common.Distinct(Same.Values)]);
        }
        Value.Object[] all = [.. Enumerable.Range(0, a.Count).Select(a.Object)];
        return new Value.Object(
            all[0].Members.Where(m => all.Skip(1).All(o => o.Find(m.Key) is { } other && Value.AreEqual(m.Value, other)))
        );
    }

    private static Value Union(Arguments a) =>
        a[0] is Value.Array
            ? new Value.Array([.. Enumerable.Range(0, a.Count).SelectMany(a.Array).Distinct(Same.Values)])
            : Enumerable.Range(1, a.Count - 1).Select(a.Object).Aggregate(a.Object(0), Merged);

    /// <summary>Objects within are merged too; everything else is the later's.</summary>
    private static Value.Object Merged(Value.Object a, Value.Object b) =>
        new(
            a.Members.Concat(
                b.Members.Select(m =>
                    m.Value is Value.Object inner && a.Find(m.Key) is Value.Object before
                        ? KeyValuePair.Create(m.Key, (Value)Merged(before, inner))
                        : m
                )
            )
        );

    /// <summary>The items of the items, one level down: what Bicep makes of <c>[...a, ...b]</c>.</summary>
    private static Value.Array Flatten(Arguments a) =>
        new([
            .. a.Array(0)
                .SelectMany(item =>
                    item is Value.Array inner
                        ? inner.Items
                        : throw a.Wrong($"takes an array of arrays, and finds an item of type '{item.Kind}' in it")
                ),
        ]);

    private static Value.Array Items(Arguments a) =>
        new([
            .. a.Object(0)
                .Members.OrderBy(m => m.Key, StringComparer.OrdinalIgnoreCase)
                .Select(m => new Value.Object([
                    KeyValuePair.Create("key", (Value)new Value.Text(m.Key)),
                    KeyValuePair.Create("value", m.Value),
                ])),
        ]);

    private static Value Part(Arguments a, bool skip)
    {
        long count = Math.Clamp(a.Integer(1), 0, int.MaxValue);
        if (a[0] is Value.Text text)
        {
            int at = (int)Math.Min(count, text.Characters.Length);
            return new Value.Text(skip ? text.Characters[at..] : text.Characters[..at]);
        }
        return new Value.Array([.. skip ? a.Array(0).Skip((int)count) : a.Array(0).Take((int)count)]);
    }

    /// <summary>A member or an item, further down with each argument; null where there is none.</summary>
    private static Value TryGet(Arguments a)
    {
        Value found = a[0];
        for (int i = 1; i < a.Count; i++)
            found = (found, a[i]) switch
            {
                (Value.Object members, Value.Text name) => members.Find(name.Characters) ?? Value.Null.Value,
                (Value.Array array, Value.Integer at) => at.Whole >= 0 && at.Whole < array.Items.Count
                    ? array.Items[(int)at.Whole]
                    : Value.Null.Value,
                (Value.Null, _) => found,
                (Value.Array, _) => throw a.Expected(i, "an integer"),
                (Value.Object, _) => throw a.Expected(i, "a string"),
                _ => throw a.Expected(0, "an object or an array"),
            };
        return found;
    }

    /// <summary>Values that are equal, for sets of them.</summary>
    private sealed class Same : IEqualityComparer<Value>
    {
        public static readonly Same Values = new();

        public bool Equals(Value? x, Value? y) => x is not null && y is not null && Value.AreEqual(x, y);

        public int GetHashCode(Value value) =>
            value switch
            {
                Value.Text text => text.Characters.GetHashCode(StringComparison.Ordinal),
                Value.Integer integer => ((double)integer.Whole).GetHashCode(),
                Value.Number number => number.Float.GetHashCode(),
                Value.Boolean boolean => boolean.IsTrue.GetHashCode(),
                Value.Array array => array.Items.Count,
                Value.Object members => members.Count,
                _ => 0,
            };
    }
}
