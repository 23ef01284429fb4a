import 'reflect-metadata';
import { type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';

/** Makes it once, when it is first resolved. */
export const registerOnce = <T>(
  container: DependencyContainer,
  token: InjectionToken<T>,
  make: (container: DependencyContainer) => T,
): void => {
  container.register(token, { useFactory: instanceCachingFactory(make) });
};
