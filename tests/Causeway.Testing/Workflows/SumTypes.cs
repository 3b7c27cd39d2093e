using System.Collections;
using System.Reflection;

namespace Causeway.Testing.Workflows;

/// <summary>
/// The states of a resource are sum types inside it: abstract records with one nested record per state. Which there are, and which of them stand in given values.
/// </summary>
public static class SumTypes
{
    /// <summary>Full names of all cases of the sum types that a resource is made of.</summary>
    public static IReadOnlySet<string> Of(Type resource)
    {
        var seen = new HashSet<Type>();
        var cases = new SortedSet<string>(StringComparer.Ordinal);
        Walk(resource);
        return cases;

        void Walk(Type type)
        {
            if (!seen.Add(type))
                return;
            foreach (Type part in type.GetGenericArguments())
                Walk(part);
            if (type.GetElementType() is { } element)
                Walk(element);
            if (!IsOurs(type))
                return;
            if (type.IsAbstract)
                foreach (Type one in Cases(type))
                {
                    cases.Add(one.FullName!);
                    Walk(one);
                }
            foreach (PropertyInfo property in Properties(type))
                Walk(property.PropertyType);
        }
    }

    /// <summary>Full names of the cases that stand in these values.</summary>
    public static IReadOnlySet<string> In(IEnumerable<object?> values)
    {
        var cases = new SortedSet<string>(StringComparer.Ordinal);
        foreach (object? value in values)
            Walk(value);
        return cases;

        void Walk(object? value)
        {
            if (value is null or string)
                return;
            Type type = value.GetType();
            if (IsOurs(type))
            {
                if (type.BaseType is { IsAbstract: true } sum && IsOurs(sum) && Cases(sum).Contains(type))
                    cases.Add(type.FullName!);
                foreach (PropertyInfo property in Properties(type))
                    Walk(property.GetValue(value));
            }
            else if (value is IEnumerable many && type.FullName?.StartsWith("System.Collections.", StringComparison.Ordinal) == true)
                foreach (object? one in many)
                    Walk(one);
        }
    }

    private static IEnumerable<Type> Cases(Type sum) => sum.GetNestedTypes().Where(t => t.IsSubclassOf(sum) && !t.IsAbstract);

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0);

    /// <summary>Domain values; ids and prefixes have properties that lead round and round.</summary>
    private static bool IsOurs(Type type) =>
        type.Namespace?.StartsWith("Causeway.", StringComparison.Ordinal) == true
        && type.Namespace != "Causeway.Primitives"
        && !type.IsEnum
        && !type.IsInterface;
}
