using System.Globalization;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>ARM documentation, "Numeric functions for ARM templates". Integers have 64 bits; what does not fit is refused.</summary>
internal static class NumericFunctions
{
    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["add"] = Of((x, y) => x + y),
            ["sub"] = Of((x, y) => x - y),
            ["mul"] = Of((x, y) => x * y),
            ["div"] = Of((x, y) => x / y),
            ["mod"] = Of((x, y) => x % y),
            ["int"] = new(1, 1, ToInteger),
            ["float"] = new(1, 1, ToFloat),
            ["max"] = new(1, Function.Any, a => new Value.Integer(Numbers(a).Max())),
            ["min"] = new(1, Function.Any, a => new Value.Integer(Numbers(a).Min())),
        };

    public static double Float(Value value) => value is Value.Integer integer ? integer.Whole : ((Value.Number)value).Float;

    private static Function Of(Func<Int128, Int128, Int128> operation) =>
        new(
            2,
            2,
            a =>
            {
                (long x, long y) = (a.Integer(0), a.Integer(1));
                if (y == 0 && a.Function.ToLowerInvariant() is "div" or "mod" && y == 0)
                    throw a.Wrong("cannot divide by 0");
                Int128 result = operation(x, y);
                return result >= long.MinValue && result <= long.MaxValue
                    ? new Value.Integer((long)result)
                    : throw a.Wrong($"would answer {result}, which is not an integer of 64 bits");
            }
        );

    private static Value.Integer ToInteger(Arguments a) =>
        a[0] switch
        {
            Value.Integer already => already,
            Value.Number { Float: >= long.MinValue and < long.MaxValue } number => new Value.Integer((long)number.Float),
            Value.Text text
                when long.TryParse(text.Characters, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) =>
                new Value.Integer(value),
            _ => throw a.Unfit(0, "an integer, or a string that is one"),
        };

    private static Value ToFloat(Arguments a) =>
        a[0] switch
        {
            Value.Integer or Value.Number => a[0],
            Value.Text text
                when double.TryParse(text.Characters, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) => new Value.Number(value.ToString("R", CultureInfo.InvariantCulture)),
            _ => throw a.Unfit(0, "a number, or a string that is one"),
        };

    private static long[] Numbers(Arguments a)
    {
        long[] numbers =
            a is { Count: 1 } && a[0] is Value.Array array
                ? [.. array.Items.Select(i => i is Value.Integer integer ? integer.Whole : throw a.Expected(0, "an array of integers"))]
                : [.. Enumerable.Range(0, a.Count).Select(a.Integer)];
        return numbers.Length > 0 ? numbers : throw a.Expected(0, "an array with an integer in it");
    }
}
