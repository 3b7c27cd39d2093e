using Causeway.Templates.Functions;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Evaluation;

/// <summary>Ids made of types and names.</summary>
internal static class Ids
{
    /// <summary><c>resourceId([subscription], [group], type, name, …)</c>: what is left out is the deployment's own.</summary>
    public static Value Resource(Arguments a, DeploymentFacts facts)
    {
        int type = TypeAt(a, most: 2);
        string? group = type >= 1 ? a.Text(type - 1) : facts.Scope.ResourceGroup;
        string? subscription = type == 2 ? a.Text(0) : facts.Scope.Subscription;
        // In a deployment to a subscription one argument before the type is the subscription's.
        if (type == 1 && facts.Scope.ResourceGroup is null && Guid.TryParse(group, out _))
            (subscription, group) = (group, null);
        string scope = group is null ? $"/subscriptions/{subscription}" : $"/subscriptions/{subscription}/resourceGroups/{group}";
        return new Value.Text(scope + Below(a, type));
    }

    public static Value InSubscription(Arguments a, DeploymentFacts facts)
    {
        int type = TypeAt(a, most: 1);
        return new Value.Text($"/subscriptions/{(type == 1 ? a.Text(0) : facts.Scope.Subscription)}{Below(a, type)}");
    }

    /// <summary>There is no deployment to a management group here, so that it has to be named.</summary>
    public static Value InManagementGroup(Arguments a) =>
        TypeAt(a, most: 1) == 1
            ? new Value.Text($"/providers/Microsoft.Management/managementGroups/{a.Text(0)}{Below(a, 1)}")
            : throw a.Wrong("needs the name of a management group before the type: this is no deployment to one");

    public static Value InTenant(Arguments a) => new Value.Text(Below(a, 0));

    public static Value Extension(Arguments a) => new Value.Text(a.Text(0).TrimEnd('/') + Below(a, 1));

    /// <summary>Where the type stands: the first argument with a slash in it.</summary>
    private static int TypeAt(Arguments a, int most)
    {
        for (int i = 0; i <= most && i < a.Count; i++)
            if (a.Text(i).Contains('/', StringComparison.Ordinal))
                return i;
        throw a.Wrong("needs a type such as 'Microsoft.Network/virtualNetworks' among its arguments");
    }

    private static string Below(Arguments a, int at)
    {
        // Many templates end the type with a slash, and ARM takes it.
        string[] type = a.Text(at).TrimEnd('/').Split('/');
        string[] names = [.. Enumerable.Range(at + 1, a.Count - at - 1).SelectMany(i => a.Text(i).Split('/'))];
        if (type.Length < 2 || names.Length != type.Length - 1 || names.Contains("") || type.Contains(""))
            throw new TemplateException(
                $"Unable to evaluate template language function '{a.Function}': the type '{a.Text(at)}' requires {Math.Max(type.Length - 1, 1)} resource name argument(s), and {names.Length} are given."
            );
        return $"/providers/{type[0]}" + string.Concat(type.Skip(1).Zip(names, (t, n) => $"/{t}/{n}"));
    }
}
