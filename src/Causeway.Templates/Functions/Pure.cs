using System.Collections.Frozen;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>Every function that needs nothing but its arguments, by its name in any case.</summary>
public static class Pure
{
    private static readonly FrozenDictionary<string, Function> s_all = new[]
    {
        StringFunctions.All,
        CollectionFunctions.All,
        LogicalFunctions.All,
        NumericFunctions.All,
        DateFunctions.All,
        CidrFunctions.All,
        LambdaFunctions.All,
    }
        .SelectMany(f => f)
        .ToFrozenDictionary(f => f.Key, f => f.Value, StringComparer.OrdinalIgnoreCase);

    public static Function? Find(string name) => s_all.GetValueOrDefault(name);

    public static IEnumerable<string> Names => s_all.Keys;
}
