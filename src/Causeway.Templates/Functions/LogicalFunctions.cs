using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>
/// ARM documentation, "Logical functions" and "Comparison functions for ARM templates". Those that look at a part of their arguments only (<c>if</c>,
/// <c>and</c>, <c>or</c>) are the evaluator's.
/// </summary>
internal static class LogicalFunctions
{
    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["bool"] = new(1, 1, ToBoolean),
            ["true"] = new(0, 0, _ => Value.Boolean.True),
            ["false"] = new(0, 0, _ => Value.Boolean.False),
            ["not"] = new(1, 1, a => Value.Boolean.Of(!a.Boolean(0))),
            ["coalesce"] = new(1, Function.Any, a => a.All.FirstOrDefault(v => v is not Value.Null) ?? Value.Null.Value),
            ["equals"] = new(2, 2, a => Value.Boolean.Of(Value.AreEqual(a[0], a[1]))),
            ["less"] = new(2, 2, a => Value.Boolean.Of(Compare(a) < 0)),
            ["lessOrEquals"] = new(2, 2, a => Value.Boolean.Of(Compare(a) <= 0)),
            ["greater"] = new(2, 2, a => Value.Boolean.Of(Compare(a) > 0)),
            ["greaterOrEquals"] = new(2, 2, a => Value.Boolean.Of(Compare(a) >= 0)),
            ["fail"] = new(1, 1, a => throw new Language.TemplateException(a.Text(0))),
        };

    private static Value.Boolean ToBoolean(Arguments a) =>
        a[0] switch
        {
            Value.Boolean already => already,
            Value.Integer integer => Value.Boolean.Of(integer.Whole != 0),
            Value.Text text when bool.TryParse(text.Characters, out bool value) => Value.Boolean.Of(value),
            Value.Text { Characters: "1" } => Value.Boolean.True,
            Value.Text { Characters: "0" } => Value.Boolean.False,
            _ => throw a.Unfit(0, "'true', 'false' or an integer"),
        };

    private static int Compare(Arguments a) =>
        (a[0], a[1]) switch
        {
            (Value.Integer x, Value.Integer y) => x.Whole.CompareTo(y.Whole),
            (Value.Text x, Value.Text y) => string.CompareOrdinal(x.Characters, y.Characters),
            (Value.Integer or Value.Number, Value.Integer or Value.Number) => NumericFunctions
                .Float(a[0])
                .CompareTo(NumericFunctions.Float(a[1])),
            _ => throw a.Wrong($"compares two integers or two strings, not '{a[0].Kind}' with '{a[1].Kind}'"),
        };
}
