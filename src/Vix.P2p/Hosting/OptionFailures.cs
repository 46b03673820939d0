using System.Globalization;
using Microsoft.Extensions.Options;

namespace Vix.P2p.Hosting;

/// <summary>Collects what is wrong with options, each with the setting's full path, its value and its range.</summary>
internal sealed class OptionFailures(string section)
{
    private readonly List<string> _failures = [];

    public void Add(string setting, object? value, string range) =>
        _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{section}:{setting} is '{value}'; it must be {range}."));

    public void Range(string setting, long value, long min, long max)
    {
        if (value < min || value > max)
            Add(setting, value, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));
    }

    // A bare 5 means five days to the binder, so the message shows the form.
    public void Range(string setting, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
            Add(setting, value, $"{min} to {max}, written like 00:00:05 for five seconds");
    }

    public ValidateOptionsResult ToResult() =>
        _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);
}
