import th from 'messages:th/common,unsubscribe'
import { startPage } from '../page'
import Unsubscribe from './Unsubscribe.svelte'

void startPage(Unsubscribe, { th, en: () => import('messages:en/common,unsubscribe') })
