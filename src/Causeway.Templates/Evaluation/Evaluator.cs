using Causeway.Templates.Functions;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Evaluation;

/// <summary>
/// Theory of operation. A template is data with expressions in it: a string between brackets is one, and is replaced by what it answers; everything else stands
/// for itself. Expressions are pure: the same template, parameters and answers of the runtime make the same values, whenever and however often. What only a
/// running deployment knows is <see cref="Value.Unknown"/>, and so is everything made of it; so one evaluation finds every resource that is asked about, and
/// another, once the answers are there, has the values. Work is counted, so that no template keeps a machine busy.
/// </summary>
/// <param name="facts">Of the deployment.</param>
/// <param name="parameter">A parameter's value; null when there is none of that name.</param>
/// <param name="variable">A variable's value; null when there is none of that name.</param>
/// <param name="ownFunctions">The template's own functions, by <c>namespace.name</c>.</param>
public sealed class Evaluator(
    DeploymentFacts facts,
    Func<string, Value?> parameter,
    Func<string, Value?> variable,
    IReadOnlyDictionary<string, OwnFunction> ownFunctions,
    IRuntime runtime
)
{
    /// <summary>How much may be done for one template: a step each, and what it makes, in bytes or so.</summary>
    public const long MostWork = 50_000_000;

    private const int MostCalls = 32;

    /// <summary>Of a lambda: what holds its variables while it runs.</summary>
    private const int WorkOfLambda = 16;

    /// <summary>Of a member or an item that is made where it stands in the template.</summary>
    private const int WorkOfItem = 8;

    private readonly Dictionary<string, Expression> _parsed = [];
    private long _work;

    /// <summary>The value of something in a template.</summary>
    /// <param name="path">Where it stands, for errors.</param>
    public Value Evaluate(Value template, Scope scope, string path)
    {
        Spend(WorkOfItem);
        return template switch
        {
            Value.Text text => Text(text, scope, path),
            Value.Array array => new Value.Array([.. array.Items.Select((item, i) => Evaluate(item, scope, $"{path}[{i}]"))]),
            Value.Object members when scope.HasCopies && members.Find("copy") is Value.Array copies => Copied(members, copies, scope, path),
            Value.Object members => Members(members.Members, scope, path),
            _ => template,
        };
    }

    /// <summary>As above, of a string that must be a string.</summary>
    public string EvaluateText(Value template, Scope scope, string path) =>
        Evaluate(template, scope, path) switch
        {
            Value.Text text => text.Characters,
            var other => throw new TemplateException($"A string is needed here, not a value of type '{other.Kind}'.").At(path),
        };

    /// <summary>
    /// A template within the template, whose expressions mean this one's: what they answer stands in it as text that means itself. Indexes of loops of its own
    /// stay as they are.
    /// </summary>
    public Value EvaluateNested(Value template, Scope scope, string path) =>
        template switch
        {
            Value.Text text when ExpressionParser.IsExpression(text.Characters) => Nested(text, scope, path),
            Value.Array array => new Value.Array([.. array.Items.Select((item, i) => EvaluateNested(item, scope, $"{path}[{i}]"))]),
            Value.Object members => new Value.Object(
                members.Members.Select(m => KeyValuePair.Create(m.Key, EvaluateNested(m.Value, scope, $"{path}.{m.Key}")))
            ),
            _ => template,
        };

    /// <summary>How often a loop turns.</summary>
    public int Count(Value template, Scope scope, string path) =>
        Evaluate(template, scope, path) is Value.Integer { Whole: >= 0 and <= TemplateLimits.Copies } count
            ? (int)count.Whole
            : throw new TemplateException($"The copy count has to be an integer from 0 to {TemplateLimits.Copies}.").At(path);

    private Value Nested(Value.Text text, Scope scope, string path)
    {
        try
        {
            Value value = Expressed(text, scope, path);
            return value is Value.Unknown ? value : Escaped(value);
        }
        catch (NoLoopException)
        {
            return text;
        }
    }

    private static Value Escaped(Value value) =>
        value switch
        {
            Value.Text text => new Value.Text(ExpressionParser.Escape(text.Characters)),
            Value.Array array => new Value.Array([.. array.Items.Select(Escaped)]),
            Value.Object members => new Value.Object(members.Members.Select(m => KeyValuePair.Create(m.Key, Escaped(m.Value)))),
            _ => value,
        };

    private Value.Object Members(IEnumerable<KeyValuePair<string, Value>> members, Scope scope, string path) =>
        new(
            members.Select(m =>
            {
                string at = $"{path}.{m.Key}";
                // Names of members may be expressions too.
                string name = ExpressionParser.IsExpression(m.Key)
                    ? EvaluateText(new Value.Text(m.Key), scope, at)
                    : ExpressionParser.Literal(m.Key);
                return KeyValuePair.Create(name, Evaluate(m.Value, scope, at));
            })
        );

    /// <summary>An object with loops, each of which makes a member that is an array.</summary>
    private Value.Object Copied(Value.Object members, Value.Array copies, Scope scope, string path)
    {
        var all = new List<KeyValuePair<string, Value>>(Members(members.Without("copy").Members, scope, path).Members);
        for (int i = 0; i < copies.Items.Count; i++)
        {
            string at = $"{path}.copy[{i}]";
            if (
                copies.Items[i] is not Value.Object copy
                || copy.Get("name") is not Value.Text { Characters: var name }
                || copy.Get("count") is not { } count
                || copy.Find("input") is not { } input
            )
                throw new TemplateException("A copy of a member needs 'name', 'count' and 'input'.").At(at);
            all.Add(KeyValuePair.Create(name, (Value)Loop(name, count, input, scope, at)));
        }
        return new(all);
    }

    /// <summary>The values of a loop.</summary>
    public Value.Array Loop(string name, Value count, Value input, Scope scope, string path) =>
        new([
            .. Enumerable.Range(0, Count(count, scope, $"{path}.count")).Select(i => Evaluate(input, scope.In(name, i), $"{path}.input")),
        ]);

    private Value Text(Value.Text text, Scope scope, string path)
    {
        if (!ExpressionParser.IsExpression(text.Characters))
            return text.Characters.StartsWith("[[", StringComparison.Ordinal)
                ? new Value.Text(ExpressionParser.Literal(text.Characters))
                : text;
        try
        {
            return Expressed(text, scope, path);
        }
        catch (NoLoopException)
        {
            throw new TemplateException(
                "The template function 'copyIndex' is not expected at this location: it can only be used in a loop of the name that it gives, made with 'copy'."
            ).At(path);
        }
    }

    /// <exception cref="NoLoopException">The index of a loop is asked for where there is none.</exception>
    private Value Expressed(Value.Text text, Scope scope, string path)
    {
        try
        {
            if (!_parsed.TryGetValue(text.Characters, out Expression? expression))
                _parsed[text.Characters] = expression = ExpressionParser.Parse(text.Characters);
            Value value = Evaluate(expression, scope);
            return value is Value.Unknown ? new Value.Unknown(text.Characters)
                : value is Value.Lambda
                    ? throw new TemplateException("A lambda is no value: give it to filter, map or another that takes one.")
                : value;
        }
        catch (TemplateException e) when (e.Path is null)
        {
            throw new TemplateException(
                e.Message.StartsWith("Unable to parse", StringComparison.Ordinal)
                    ? e.Message
                    : $"Unable to evaluate '{ExpressionParser.Excerpt(text.Characters)}': {e.Message}"
            )
            {
                Code = e.Code,
                Path = path,
            };
        }
    }

    private Value Evaluate(Expression expression, Scope scope)
    {
        Spend(1);
        return expression switch
        {
            Expression.Text text => new Value.Text(text.Value),
            Expression.Integer integer => new Value.Integer(integer.Value),
            Expression.Member member => Member(Evaluate(member.Of, scope), member.Name),
            Expression.Item item => Item(Evaluate(item.Of, scope), Evaluate(item.Index, scope)),
            Expression.Call call => Call(call, scope),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Value Member(Value of, string name) =>
        of switch
        {
            Value.Unknown => of,
            Value.Object members => members.Find(name)
                ?? throw new TemplateException(
                    $"The language expression property '{name}' doesn't exist, available properties are '{string.Join(", ", members.Members.Take(20).Select(m => m.Key))}'."
                ),
            _ => throw new TemplateException($"A value of type '{of.Kind}' has no property '{name}'."),
        };

    private static Value Item(Value of, Value index) =>
        (of, index) switch
        {
            (Value.Unknown, _) or (_, Value.Unknown) => new Value.Unknown(),
            (Value.Object, Value.Text name) => Member(of, name.Characters),
            (Value.Array array, Value.Integer at) => at.Whole >= 0 && at.Whole < array.Items.Count
                ? array.Items[(int)at.Whole]
                : throw new TemplateException(
                    $"The language expression property array index '{at.Whole}' is out of bounds: the array has {array.Items.Count} items."
                ),
            _ => throw new TemplateException($"A value of type '{of.Kind}' has no item of type '{index.Kind}'."),
        };

    private Value Call(Expression.Call call, Scope scope)
    {
        if (call.Name.Contains('.', StringComparison.Ordinal))
            return Own(call, scope);
        switch (call.Name.ToLowerInvariant())
        {
            case "if":
                Need(call, 3, 3);
                return Condition(call, 0, scope) switch
                {
                    true => Evaluate(call.Arguments[1], scope),
                    false => Evaluate(call.Arguments[2], scope),
                    // Both may be asked about resources, which then have to be there before.
                    null => Either(Evaluate(call.Arguments[1], scope), Evaluate(call.Arguments[2], scope)),
                };
            case "and":
                return All(call, scope, stopsAt: false);
            case "or":
                return All(call, scope, stopsAt: true);
            case "lambda":
                return Lambda(call, scope);
        }
        var arguments = new Arguments(call.Name, [.. call.Arguments.Select(a => Evaluate(a, scope))], Invoke);
        try
        {
            if (Contextual.Call(this, call, arguments, scope) is { } standing)
            {
                // It is there already: only going through it is work.
                Spend(
                    standing switch
                    {
                        Value.Text text => text.Characters.Length,
                        Value.Array array => array.Items.Count,
                        Value.Object members => members.Count,
                        _ => 0,
                    }
                );
                return standing;
            }
            Value made = OfArguments(call, arguments);
            Spend(made.Size);
            return made;
        }
        catch (NotKnownException)
        {
            return new Value.Unknown();
        }
    }

    private static Value OfArguments(Expression.Call call, Arguments arguments)
    {
        if (Pure.Find(call.Name) is not { } function)
            throw new TemplateException(
                $"The template function '{call.Name}' is not valid, at position {call.Position}. Please see https://aka.ms/arm-functions for usage details."
            );
        Need(call, function.Least, function.Most);
        return arguments.All.All(a => a.IsKnown) ? function.Body(arguments) : new Value.Unknown();
    }

    private bool? Condition(Expression.Call call, int index, Scope scope) =>
        Evaluate(call.Arguments[index], scope) switch
        {
            Value.Boolean boolean => boolean.IsTrue,
            Value.Unknown => null,
            var other => throw new TemplateException(
                $"The template language function '{call.Name}' expects its parameter {index + 1} to be a boolean, and it is of type '{other.Kind}'."
            ),
        };

    private Value All(Expression.Call call, Scope scope, bool stopsAt)
    {
        Need(call, 1, Function.Any);
        bool isKnown = true;
        for (int i = 0; i < call.Arguments.Count; i++)
            if (Condition(call, i, scope) is not { } value)
                isKnown = false;
            else if (value == stopsAt)
                return Value.Boolean.Of(stopsAt);
        return isKnown ? Value.Boolean.Of(!stopsAt) : new Value.Unknown();
    }

    /// <summary>One of two, of which it is not known yet which.</summary>
    private static Value Either(Value a, Value b) => Value.AreEqual(a, b) ? a : new Value.Unknown();

    private static Value.Lambda Lambda(Expression.Call call, Scope scope)
    {
        if (call.Arguments.Count == 0 || call.Arguments.SkipLast(1).Any(a => a is not Expression.Text))
            throw new TemplateException("A lambda takes the names of its variables, as strings, and then an expression.");
        return new([.. call.Arguments.SkipLast(1).Select(a => ((Expression.Text)a).Value)], call.Arguments[^1]) { Scope = scope };
    }

    private Value Invoke(Value.Lambda lambda, Value[] given)
    {
        Spend(WorkOfLambda);
        var scope = (Scope)lambda.Scope!;
        for (int i = 0; i < given.Length; i++)
            scope = scope with { Lambdas = scope.Lambdas.SetItem(lambda.Variables[i], given[i]) };
        return Evaluate(lambda.Body, scope);
    }

    /// <summary>One of the template's own functions. It sees its parameters and nothing else.</summary>
    private Value Own(Expression.Call call, Scope scope)
    {
        if (!ownFunctions.TryGetValue(call.Name, out OwnFunction? own))
            throw new TemplateException($"The template has no function '{call.Name}' of its own.");
        if (scope.Calls.Contains(call.Name))
            throw new TemplateException($"The template's own function '{call.Name}' calls itself, directly or by others.");
        if (scope.Calls.Count >= MostCalls)
            throw new TemplateException($"More than {MostCalls} of the template's own functions call each other.");
        Need(call, own.Parameters.Count, own.Parameters.Count);
        var given = new Dictionary<string, Value>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < call.Arguments.Count; i++)
            given[own.Parameters[i]] = Evaluate(call.Arguments[i], scope);
        return Evaluate(own.Output, new Scope { OwnParameters = given, Calls = scope.Calls.Add(call.Name) }, $"functions.{call.Name}");
    }

    internal static void Need(Expression.Call call, int least, int most)
    {
        int count = call.Arguments.Count;
        if (count >= least && count <= most)
            return;
        string right =
            least == most ? $"{least}"
            : most == Function.Any ? $"at least {least}"
            : $"{least} to {most}";
        throw new TemplateException(
            $"The template function '{call.Name}' takes {right} argument(s), and is given {count}, at position {call.Position}."
        );
    }

    internal DeploymentFacts Facts => facts;

    internal IRuntime Runtime => runtime;

    internal Value? Parameter(string name) => parameter(name);

    internal Value? Variable(string name) => variable(name);

    private void Spend(long work)
    {
        _work += work;
        if (_work > MostWork)
            throw new TemplateException("The template takes too much to evaluate: make its loops and strings smaller.");
    }
}

/// <summary>A function that the template itself defines.</summary>
/// <param name="Parameters">Their names, in order.</param>
/// <param name="Output">An expression, or any value.</param>
public sealed record OwnFunction(IReadOnlyList<string> Parameters, Value Output);

/// <summary>The index of a loop is asked for where there is none.</summary>
internal sealed class NoLoopException() : Exception;
