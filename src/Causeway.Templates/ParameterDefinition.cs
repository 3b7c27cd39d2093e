using Causeway.Templates.Evaluation;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates;

/// <summary>What a template says a value has to be: of a parameter, of an output, of a part of either (<c>definitions</c>, language version 2.0).</summary>
/// <param name="Members">As it stands in the template.</param>
/// <param name="Definitions">The template's own types, by name.</param>
internal sealed record ParameterDefinition(Value.Object Members, Value.Object Definitions)
{
    private const string Own = "#/definitions/";
    private const int MostReferences = 32;

    /// <summary>What is left when references to the template's own types are followed; what stands beside a reference counts.</summary>
    private Value.Object Whole
    {
        get
        {
            Value.Object whole = Members;
            List<string> followed = [];
            while (whole.Get("$ref") is Value.Text { Characters: var reference })
            {
                followed.Add(reference.StartsWith(Own, StringComparison.Ordinal) ? reference[Own.Length..] : reference);
                if (
                    followed.FindIndex(f => f.Equals(followed[^1], StringComparison.OrdinalIgnoreCase)) is var first
                    && first < followed.Count - 1
                )
                    throw new TemplateException(
                        $"The template's definitions refer to each other in a circle: '{string.Join("', '", followed[first..])}'."
                    );
                whole =
                    followed.Count <= MostReferences
                    && reference.StartsWith(Own, StringComparison.Ordinal)
                    && Definitions.Get(reference[Own.Length..]) is Value.Object named
                        ? new Value.Object(named.Members.Concat(whole.Without("$ref").Members))
                        : throw new TemplateException(
                            followed.Count > MostReferences
                                ? $"A type refers to more than {MostReferences} definitions, one after the other."
                                : $"The type '{reference}' is not one of the template's definitions."
                        );
            }
            return whole;
        }
    }

    /// <summary>In lower case.</summary>
    public string Type => (Whole.Get("type") as Value.Text)?.Characters.ToLowerInvariant() ?? "";

    public bool IsSecure => Type is "securestring" or "secureobject";

    public bool IsNullable => Whole.Get("nullable") is Value.Boolean { IsTrue: true };

    public Value? Default => Whole.Find("defaultValue");

    /// <summary>The type as answers show it.</summary>
    public string Shown =>
        Type switch
        {
            "string" => "String",
            "securestring" => "SecureString",
            "int" => "Int",
            "bool" => "Bool",
            "object" => "Object",
            "secureobject" => "SecureObject",
            "array" => "Array",
            var other => throw new TemplateException(
                $"The type '{other}' is not one: use string, securestring, int, bool, object, secureObject or array."
            ),
        };

    /// <exception cref="TemplateException">The value is not what it has to be.</exception>
    /// <param name="name">What is told to be wrong, such as <c>template parameter 'x'</c>.</param>
    public void Check(Value value, string name)
    {
        if (value is Value.Null && IsNullable)
            return;
        Value.Object whole = Whole;
        bool isRight = Shown switch
        {
            "String" or "SecureString" => value is Value.Text,
            "Int" => value is Value.Integer,
            "Bool" => value is Value.Boolean,
            "Array" => value is Value.Array,
            _ => value is Value.Object,
        };
        if (!isRight)
            throw new TemplateException(
                $"The {name} is not of the right type: expected is '{Shown}', provided is a value of type '{value.Kind}'."
            );
        if (whole.Get("allowedValues") is Value.Array allowed)
            Allowed(value, allowed.Items, name);
        Bounds(value, whole, name);
        if (value is Value.Object members)
            Properties(members, whole, name);
        if (value is Value.Array array && whole.Get("items") is Value.Object items)
            for (int i = 0; i < array.Items.Count; i++)
                (this with { Members = items }).Check(array.Items[i], $"{name}[{i}]");
    }

    private void Allowed(Value value, IReadOnlyList<Value> allowed, string name)
    {
        bool isAllowed =
            allowed.Any(a => Same(a, value))
            // Of an array each item may be one of them.
            || (value is Value.Array array && array.Items.All(i => allowed.Any(a => Same(a, i))));
        if (!isAllowed)
            throw new TemplateException(
                $"The provided value{(IsSecure ? "" : $" '{ExpressionParser.Excerpt(Plain(value))}'")} for the {name} is not valid: it is not part of the allowed value(s): '{string.Join(",", allowed.Select(Plain))}'."
            );
    }

    private static bool Same(Value a, Value b) =>
        a is Value.Text x && b is Value.Text y
            ? x.Characters.Equals(y.Characters, StringComparison.OrdinalIgnoreCase)
            : Value.AreEqual(a, b);

    private static void Bounds(Value value, Value.Object whole, string name)
    {
        (long? measure, string least, string most, string what) = value switch
        {
            Value.Integer integer => ((long?)integer.Whole, "minValue", "maxValue", "value"),
            Value.Text text => (text.Characters.Length, "minLength", "maxLength", "length"),
            Value.Array array => (array.Items.Count, "minLength", "maxLength", "number of items"),
            _ => (null, "", "", ""),
        };
        if (measure is null)
            return;
        if (whole.Get(least) is Value.Integer lower && measure < lower.Whole)
            throw new TemplateException($"The {name} is not valid: its {what} is {measure}, and has to be at least {lower.Whole}.");
        if (whole.Get(most) is Value.Integer upper && measure > upper.Whole)
            throw new TemplateException($"The {name} is not valid: its {what} is {measure}, and may be at most {upper.Whole}.");
    }

    private void Properties(Value.Object members, Value.Object whole, string name)
    {
        if (whole.Get("properties") is not Value.Object properties)
            return;
        foreach ((string property, Value definition) in properties.Members)
        {
            ParameterDefinition of = this with { Members = definition as Value.Object ?? Value.Object.Empty };
            if (members.Find(property) is { } value)
                of.Check(value, $"{name}.{property}");
            else if (!of.IsNullable)
                throw new TemplateException($"The {name} is not valid: its property '{property}' is missing.");
        }
        if (whole.Find("additionalProperties") is not { } additional)
            return;
        foreach ((string other, Value value) in members.Members.Where(m => properties.Find(m.Key) is null))
            if (additional is Value.Object type)
                (this with { Members = type }).Check(value, $"{name}.{other}");
            else if (additional is Value.Boolean { IsTrue: false })
                throw new TemplateException($"The {name} is not valid: it has a property '{other}', which its type does not have.");
    }

    private static string Plain(Value value) => value is Value.Text text ? text.Characters : value.ToString();
}
