using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vix.P2p.Http.Filters;

/// <summary>
/// Puts a filter on endpoints of the host. Some kinds of endpoint keep filters and never run them; a protection that
/// is not there must not look as if it were, so building such an endpoint fails.
/// </summary>
internal static class FilterConvention
{
    public static void Add(IEndpointConventionBuilder builder, string call, Func<IServiceProvider, IEndpointFilter> create)
    {
        object owner = new();
        builder.Add(endpoint =>
        {
            FilterMark mark = new(owner);
            endpoint.Metadata.Add(mark);
            endpoint.FilterFactories.Add((context, next) =>
            {
                mark.Applied = true;
                IEndpointFilter filter = create(context.ApplicationServices);
                return invocation => filter.InvokeAsync(invocation, next);
            });
        });
        builder.Finally(endpoint =>
        {
            foreach (object item in endpoint.Metadata)
            {
                if (item is FilterMark { Applied: false } mark && ReferenceEquals(mark.Owner, owner))
                    throw new InvalidOperationException($"{endpoint.DisplayName} runs no endpoint filters, so {call} has no effect on it. Map it as a route handler, such as with MapGet.");
            }
        });
    }

    private sealed class FilterMark(object owner)
    {
        public object Owner => owner;

        public bool Applied { get; set; }
    }
}
