using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>ARM documentation, "Lambda functions for ARM templates".</summary>
internal static class LambdaFunctions
{
    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["filter"] = new(2, 2, Filter),
            ["map"] = new(2, 2, Map),
            ["mapValues"] = new(2, 2, MapValues),
            ["groupBy"] = new(2, 2, GroupBy),
            ["reduce"] = new(3, 3, Reduce),
            ["sort"] = new(2, 2, Sort),
            ["toObject"] = new(2, 3, ToObject),
        };

    private static Value.Array Filter(Arguments a)
    {
        Func<Value[], Value> lambda = a.Lambda(1, 1, 2);
        return new([.. a.Array(0).Where((item, i) => IsTrue(a, lambda([item, new Value.Integer(i)])))]);
    }

    private static Value.Array Map(Arguments a)
    {
        Func<Value[], Value> lambda = a.Lambda(1, 1, 2);
        return new([.. a.Array(0).Select((item, i) => lambda([item, new Value.Integer(i)]))]);
    }

    private static Value.Object MapValues(Arguments a)
    {
        Func<Value[], Value> lambda = a.Lambda(1, 1, 1);
        return new(a.Object(0).Members.Select(m => KeyValuePair.Create(m.Key, lambda([m.Value]))));
    }

    private static Value.Object GroupBy(Arguments a)
    {
        Func<Value[], Value> lambda = a.Lambda(1, 1, 1);
        return new(
            a.Array(0)
                .GroupBy(item => Key(a, lambda([item])), StringComparer.OrdinalIgnoreCase)
                .Select(g => KeyValuePair.Create(g.Key, (Value)new Value.Array([.. g])))
        );
    }

    private static Value Reduce(Arguments a)
    {
        Func<Value[], Value> lambda = a.Lambda(2, 2, 3);
        Value result = a[1];
        int i = 0;
        foreach (Value item in a.Array(0))
            result = lambda([result, item, new Value.Integer(i++)]);
        return result;
    }

    private static Value.Array Sort(Arguments a)
    {
        Func<Value[], Value> isBefore = a.Lambda(1, 2, 2);
        return new(Sorted([.. a.Array(0)], (x, y) => IsTrue(a, isBefore([x, y]))));
    }

    /// <summary>
    /// Merged from the bottom up. An item goes before one that stands ahead of it only where it is before it and not the other way round too: so items of which
    /// neither is first stay as they stood, and the lambda may be "less" as well as "less or equal", or nothing that orders at all.
    /// </summary>
    private static Value[] Sorted(Value[] items, Func<Value, Value, bool> isBefore)
    {
        Value[] merged = new Value[items.Length];
        for (int width = 1; width < items.Length; width *= 2)
        {
            for (int start = 0; start < items.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, items.Length);
                int end = Math.Min(middle + width, items.Length);
                for ((int at, int left, int right) = (start, start, middle); at < end; at++)
                    merged[at] =
                        right < end && (left == middle || (isBefore(items[right], items[left]) && !isBefore(items[left], items[right])))
                            ? items[right++]
                            : items[left++];
            }
            (items, merged) = (merged, items);
        }
        return items;
    }

    private static Value.Object ToObject(Arguments a)
    {
        Func<Value[], Value> key = a.Lambda(1, 1, 1);
        Func<Value[], Value> value = a.Has(2) ? a.Lambda(2, 1, 1) : given => given[0];
        return new(a.Array(0).Select(item => KeyValuePair.Create(Key(a, key([item])), value([item]))));
    }

    private static bool IsTrue(Arguments a, Value value) =>
        !value.IsKnown ? throw new NotKnownException()
        : value is Value.Boolean boolean ? boolean.IsTrue
        : throw new TemplateException(Answers(a, "a boolean", value));

    private static string Key(Arguments a, Value value) =>
        !value.IsKnown ? throw new NotKnownException()
        : value is Value.Text text ? text.Characters
        : throw new TemplateException(Answers(a, "a string", value));

    private static string Answers(Arguments a, string right, Value value) =>
        $"The lambda of '{a.Function}' has to answer {right}, and answers a value of type '{value.Kind}'.";
}
