using Causeway.Templates.Functions;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Evaluation;

/// <summary>Functions that answer by where they stand: ARM documentation, "Deployment", "Resource" and "Scope functions for ARM templates".</summary>
internal static class Contextual
{
    /// <summary>Null when the name is none of these.</summary>
    public static Value? Call(Evaluator evaluator, Expression.Call call, Arguments a, Scope scope)
    {
        DeploymentFacts facts = evaluator.Facts;
        switch (call.Name.ToLowerInvariant())
        {
            case "parameters":
                Evaluator.Need(call, 1, 1);
                return Parameter(evaluator, Known(a, 0), scope);
            case "variables":
                Evaluator.Need(call, 1, 1);
                NotInOwn(call, scope);
                return evaluator.Variable(Known(a, 0))
                    ?? throw new TemplateException(
                        $"The template variable '{Known(a, 0)}' is not found. Please see https://aka.ms/arm-variables for usage details."
                    );
            case "copyindex":
                Evaluator.Need(call, 0, 2);
                return CopyIndex(a, scope);
            case "lambdavariables":
                Evaluator.Need(call, 1, 1);
                return scope.Lambdas.GetValueOrDefault(Known(a, 0))
                    ?? throw new TemplateException($"There is no lambda variable '{Known(a, 0)}' here.");
            case "utcnow":
                Evaluator.Need(call, 0, 1);
                InDefault(call, scope);
                return new Value.Text(DateFunctions.Format(a, facts.At, a.Has(0) ? Known(a, 0) : DateFunctions.Now));
            case "newguid":
                Evaluator.Need(call, 0, 0);
                InDefault(call, scope);
                return new Value.Text(facts.NewGuid().ToString("D"));
            case "deployment":
                Evaluator.Need(call, 0, 0);
                return facts.Deployment;
            case "deployer":
                Evaluator.Need(call, 0, 0);
                return facts.Deployer;
            case "environment":
                Evaluator.Need(call, 0, 0);
                return facts.Environment;
            case "resourcegroup":
                return Group(call, a, facts);
            case "subscription":
                Evaluator.Need(call, 0, 1);
                return facts.Subscription;
            case "tenant":
                Evaluator.Need(call, 0, 0);
                return facts.Tenant;
            case "managementgroup":
                throw new TemplateException($"The template function '{call.Name}' is of no use here: there are no management groups.");
            case "tologicalzone" or "tologicalzones" or "tophysicalzone" or "tophysicalzones":
                throw new TemplateException($"The template function '{call.Name}' is of no use here: regions have no zones.");
            case "managementgroupresourceid":
                return Ids.InManagementGroup(Need(call, a, 2));
            case "resourceid":
                return Ids.Resource(Need(call, a, 2), facts);
            case "subscriptionresourceid":
                return Ids.InSubscription(Need(call, a, 2), facts);
            case "tenantresourceid":
                return Ids.InTenant(Need(call, a, 2));
            case "extensionresourceid":
                return Ids.Extension(Need(call, a, 3));
            case "reference":
                Evaluator.Need(call, 1, 3);
                return Reference(evaluator, call, a, scope);
            case "references":
                Evaluator.Need(call, 1, 2);
                Runtime(call, scope);
                return evaluator.Runtime.References(Known(a, 0), IsFull(a, 1)) ?? throw new NotKnownException();
            case "providers":
                Evaluator.Need(call, 1, 2);
                return facts.Providers(Known(a, 0), a.Has(1) ? Known(a, 1) : null)
                    ?? throw new TemplateException(
                        $"The template function 'providers' found no provider '{(a.Has(1) ? $"{Known(a, 0)}/{Known(a, 1)}" : Known(a, 0))}'."
                    );
            case "pickzones":
                // No region here has zones that could be picked.
                Evaluator.Need(call, 3, 5);
                return Value.Array.Empty;
            case ['l', 'i', 's', 't', .. { Length: > 0 }] when Pure.Find(call.Name) is null:
                Evaluator.Need(call, 2, 3);
                Runtime(call, scope);
                return evaluator.Runtime.List(call.Name, Known(a, 0), Known(a, 1), a.Has(2) ? AllKnown(a[2]) : null)
                    ?? throw new NotKnownException();
            default:
                return null;
        }
    }

    private static Value Parameter(Evaluator evaluator, string name, Scope scope) =>
        (scope.OwnParameters is { } own ? own.GetValueOrDefault(name) : evaluator.Parameter(name))
        ?? throw new TemplateException(
            $"The template parameter '{name}' is not found. Please see https://aka.ms/arm-parameters/ for usage details."
        );

    private static Value.Integer CopyIndex(Arguments a, Scope scope)
    {
        bool isNamed = a.Has(0) && a[0] is Value.Text;
        int offset = isNamed ? 1 : 0;
        long more = a.Has(offset) ? a.Integer(offset) : 0;
        string name = isNamed ? a.Text(0) : "";
        if (scope.Loops.TryGetValue(name, out int index))
            return new(index + more);
        // Within a loop that makes a member or a variable the name may be left out when there is no other.
        if (!isNamed && scope.Loops.Count == 1)
            return new(scope.Loops.Values.Single() + more);
        throw new NoLoopException();
    }

    private static Value.Object Group(Expression.Call call, Arguments a, DeploymentFacts facts)
    {
        Evaluator.Need(call, 0, 2);
        if (a.Count == 0 && facts.ResourceGroup is { } group)
            return group;
        throw new TemplateException(
            a.Count == 0
                ? "The template function 'resourceGroup' is not expected at this location: this is a deployment to a subscription."
                : "The template function 'resourceGroup' takes no argument here: only the group that is deployed to is known."
        );
    }

    private static Value Reference(Evaluator evaluator, Expression.Call call, Arguments a, Scope scope)
    {
        Runtime(call, scope);
        string? version =
            a.Has(1) && Known(a, 1) is { Length: > 0 } given && !given.Equals("Full", StringComparison.OrdinalIgnoreCase) ? given : null;
        bool isFull = IsFull(a, 2) || (a.Count == 2 && IsFull(a, 1));
        return evaluator.Runtime.Reference(Known(a, 0), version, isFull) ?? throw new NotKnownException();
    }

    private static bool IsFull(Arguments a, int index) =>
        a.Has(index) && Known(a, index).Equals("Full", StringComparison.OrdinalIgnoreCase);

    private static string Known(Arguments a, int index) =>
        AllKnown(a[index]) is Value.Text text ? text.Characters : throw a.Expected(index, "a string");

    private static Value AllKnown(Value value) => value.IsKnown ? value : throw new NotKnownException();

    private static Arguments Need(Expression.Call call, Arguments a, int least)
    {
        Evaluator.Need(call, least, Function.Any);
        return a.All.All(v => v.IsKnown) ? a : throw new NotKnownException();
    }

    private static void Runtime(Expression.Call call, Scope scope)
    {
        if (!scope.MayReference)
            throw new TemplateException(
                $"The template function '{call.Name}' is not expected at this location: it can only be used in properties of resources and in outputs. Please see https://aka.ms/arm-functions for usage details."
            );
    }

    private static void InDefault(Expression.Call call, Scope scope)
    {
        if (!scope.IsDefault)
            throw new TemplateException(
                $"The template function '{call.Name}' is not expected at this location: it can only be used in the default value of a parameter."
            );
    }

    private static void NotInOwn(Expression.Call call, Scope scope)
    {
        if (scope.OwnParameters is not null)
            throw new TemplateException($"The template function '{call.Name}' is not expected within a function of the template's own.");
    }
}
