using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>What one call of a function was given, read by what it expects; what is wrong with it is told in ARM's words.</summary>
public sealed class Arguments(string function, IReadOnlyList<Value> values, Func<Value.Lambda, Value[], Value> invoke)
{
    public string Function => function;

    public int Count => values.Count;

    public IReadOnlyList<Value> All => values;

    public Value this[int index] => values[index];

    public bool Has(int index) => index < values.Count;

    public string Text(int index) => values[index] is Value.Text text ? text.Characters : throw Expected(index, "a string");

    public long Integer(int index) => values[index] is Value.Integer integer ? integer.Whole : throw Expected(index, "an integer");

    /// <summary>A whole number within bounds.</summary>
    public int Integer(int index, int least, int most) =>
        Integer(index) is var number && number >= least && number <= most
            ? (int)number
            : throw Unfit(index, $"an integer from {least} to {most}");

    public bool Boolean(int index) => values[index] is Value.Boolean boolean ? boolean.IsTrue : throw Expected(index, "a boolean");

    public IReadOnlyList<Value> Array(int index) => values[index] is Value.Array array ? array.Items : throw Expected(index, "an array");

    public Value.Object Object(int index) => values[index] as Value.Object ?? throw Expected(index, "an object");

    /// <summary>A lambda that takes so many variables; called by what is returned.</summary>
    public Func<Value[], Value> Lambda(int index, int least, int most)
    {
        var lambda = values[index] as Value.Lambda ?? throw Expected(index, "a lambda");
        if (lambda.Variables.Count < least || lambda.Variables.Count > most)
            throw Expected(index, least == most ? $"a lambda with {least} variables" : $"a lambda with {least} to {most} variables");
        return given => invoke(lambda, given[..Math.Min(given.Length, lambda.Variables.Count)]);
    }

    public TemplateException Expected(int index, string right) =>
        Wrong($"expects its parameter {index + 1} to be {right}, and it is of type '{values[index].Kind}'");

    /// <summary>As <see cref="Expected"/>, where the type may be right and the value is not. Numbers are told; texts may be secret.</summary>
    public TemplateException Unfit(int index, string right) =>
        values[index] switch
        {
            Value.Integer or Value.Number => Wrong($"expects its parameter {index + 1} to be {right}, and it is {values[index]}"),
            Value.Text => Wrong($"expects its parameter {index + 1} to be {right}, and it is not"),
            _ => Expected(index, right),
        };

    /// <param name="what">What it does or does not do; a full stop at its end, as messages of .NET have it, is the sentence's.</param>
    public TemplateException Wrong(string what) => new($"The template language function '{function}' {what.TrimEnd('.')}.");
}

/// <summary>A function that needs nothing but its arguments.</summary>
/// <param name="Least">Fewest arguments.</param>
/// <param name="Most">Most arguments.</param>
public sealed record Function(int Least, int Most, Func<Arguments, Value> Body)
{
    public const int Any = int.MaxValue;
}

/// <summary>What is asked for hangs on what only a running deployment knows.</summary>
public sealed class NotKnownException() : Exception("Known only while the deployment runs.");
